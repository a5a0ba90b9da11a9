package central

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"time"

	"kidoban/config"
)

func (n *Notify) check(k *checker) {
	if n.DigestAfter < 2 || n.DigestAfter > 1000 {
		k.refuse("notify.digest_after", "is 2 to 1000")
	}
	k.span("notify.fail_after", n.FailAfter, time.Minute, 24*time.Hour)
	k.span("notify.retry_most", n.RetryMost, time.Second, time.Hour)
	k.span("notify.timeout", n.Timeout, time.Second, 5*time.Minute)
}

func (k *checker) oneOf(path, value string, words ...string) bool {
	if !slices.Contains(words, value) {
		k.refuse(path, "is one of %q", words)
		return false
	}
	return true
}

// notices checks the tables that say who is told.
func (c *Config) notices(k *checker) {
	c.Notify.check(k)
	c.Office.check(k)
	seen := map[string]bool{}
	for i := range c.Recipients {
		r, path := &c.Recipients[i], fmt.Sprintf("recipient[%d]", i)
		k.name(path+".name", r.Name)
		if seen[r.Name] {
			k.refuse(path+".name", "two recipients have this name; rename one")
		}
		seen[r.Name] = true
		c.recipient(k, path, r)
	}
	c.zones(k)
	for i := range c.Rules {
		c.Rules[i].check(k, fmt.Sprintf("rule[%d]", i), seen)
	}
}

func (c *Config) zones(k *checker) {
	taken := map[string]bool{}
	for i, z := range c.Zones {
		path := fmt.Sprintf("zone[%d]", i)
		k.name(path+".name", z.Name)
		if len(z.Doors) == 0 {
			k.refuse(path+".doors", `is missing; name the doors that lead into it, "controller/door"`)
		}
		for j, d := range z.Doors {
			at := fmt.Sprintf("%s.doors[%d]", path, j)
			if !doorPattern.MatchString(d) {
				k.refuse(at, `is "controller/door"`)
			} else if taken[d] {
				k.refuse(at, "leads into one zone already; a rule could not tell into which")
			}
			taken[d] = true
		}
	}
}

var (
	doorPattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}/[a-z0-9][a-z0-9-]{0,31}$`)
	typePattern  = regexp.MustCompile(`^[a-z]+\.(\*|[a-z_]+)$`)
	clockPattern = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	dayPattern   = regexp.MustCompile(`^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$`)
)

func (o *Office) check(k *checker) {
	for _, s := range []struct{ path, value string }{{"office.from", o.From}, {"office.until", o.Until}} {
		if !clockPattern.MatchString(s.value) {
			k.refuse(s.path, `is a time of the day like "08:30"`)
		}
	}
	if o.From >= o.Until {
		k.refuse("office.until", "lies before from")
	}
	for i, d := range o.Closed {
		if !dayPattern.MatchString(d) {
			k.refuse(fmt.Sprintf("office.closed[%d]", i), `is a day like "12-29" or "2026-08-14"`)
		}
	}
}

func (c *Config) recipient(k *checker, path string, r *Recipient) {
	if !k.oneOf(path+".kind", r.Kind, "mail", "webhook", "syslog") {
		return
	}
	switch r.Kind {
	case "mail":
		if _, err := mail.ParseAddress(r.Address); err != nil {
			k.refuse(path+".address", "is no mail address")
		}
		c.mail(k, path)
		if r.Names && c.Mail.Security == "none" {
			k.refuse(path+".names", "names go over encrypted ways alone; set mail.security")
		} else if r.Names {
			k.warn(path+".names", "each mail server on the way can read them")
		}
	case "webhook":
		k.web(path, r)
	case "syslog":
		if _, _, err := net.SplitHostPort(r.Address); err != nil {
			k.refuse(path+".address", `is "host:port"; syslog over TLS has 6514`)
		}
		if r.Enterprise < 1 {
			k.refuse(path+".enterprise", "is a positive number")
		}
	}
	if r.Kind != "mail" && r.Names {
		k.refuse(path+".names", "is for mail: machines get the entry as it is, with ids alone")
	}
	if r.Kind != "webhook" && r.Secret != "" {
		k.refuse(path+".secret_file", "is for webhooks; syslog shows who it is by cert and key")
	}
	if (r.Cert == "") != (r.Key == "") {
		k.refuse(path+".cert", "cert and key go together")
	}
}

// mail checks the table mail once somebody needs it.
func (c *Config) mail(k *checker, path string) {
	host, _, err := net.SplitHostPort(c.Mail.Server)
	if err != nil {
		k.refuse(path+".kind", `mail needs mail.server, "host:port"`)
		return
	}
	if _, err := mail.ParseAddress(c.Mail.From); err != nil {
		k.refuse(path+".kind", "mail needs mail.from, the address that it is from")
	}
	if k.oneOf("mail.security", c.Mail.Security, "starttls", "tls", "none") && c.Mail.Security == "none" && !loopback(host) {
		k.refuse("mail.security", `"none" is for a server on this machine alone`)
	}
	if (c.Mail.Username == "") != (c.Mail.Password == "") {
		k.refuse("mail.username", "username and password_file go together")
	}
}

func (k *checker) web(path string, r *Recipient) {
	u, err := url.Parse(r.Address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		k.refuse(path+".address", `is a URL like "https://host/path"`)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		k.refuse(path+".address", "http is for this machine alone; use https")
	case u.User != nil:
		k.refuse(path+".address", "holds a password; use secret_file, which signs each request")
	case r.Secret == "":
		k.warn(path+".secret_file", "without one the receiver cannot know that it is we who send")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *Rule) check(k *checker, path string, known map[string]bool) {
	if len(r.Recipients) == 0 {
		k.refuse(path+".recipients", "is missing; name who is told")
	}
	for key, names := range map[string][]string{"recipients": r.Recipients, "escalate_to": r.EscalateTo} {
		for i, n := range names {
			if !known[n] {
				k.refuse(fmt.Sprintf("%s.%s[%d]", path, key, i), "no recipient has this name")
			}
		}
	}
	k.oneOf(path+".severity", r.Severity, "info", "notice", "warning", "alert", "emergency")
	k.oneOf(path+".hours", r.Hours, "always", "office", "outside")
	k.oneOf(path+".drill", r.Drill, "quiet", "told")
	for i, t := range r.Types {
		if !typePattern.MatchString(t) {
			k.refuse(fmt.Sprintf("%s.types[%d]", path, i), `is a type like "door.forced" or "door.*"`)
		}
	}
	if (r.Escalate == 0) != (len(r.EscalateTo) == 0) {
		k.refuse(path+".escalate_after", "escalate_after and escalate_to go together")
	}
	for _, s := range []struct {
		key string
		d   config.Duration
	}{{"repeat", r.Repeat}, {"escalate_after", r.Escalate}} {
		if s.d != 0 {
			k.span(path+"."+s.key, s.d, time.Minute, 24*time.Hour)
		}
	}
}
