package syslog

import "kidoban/controller/notify"

// Message is what is written of a notice.
func Message(cfg Config, n notify.Notice) ([]byte, error) { return New(cfg).message(n) }
