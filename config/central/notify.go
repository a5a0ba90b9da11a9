package central

import (
	"time"

	"kidoban/config"
)

// Notify says how people and machines are told of what the doors report. Whom, and of what, say the tables recipient and
// rule; without them nobody is told.
type Notify struct {
	// When more notices than this wait for a recipient of mail, they become one mail: 2 to 1000. Default 20.
	// [システム管理者(23(3))]
	DigestAfter int `toml:"digest_after"`
	// A channel that has taken nothing for so long has failed: an alarm that the other recipients hear of. 1 minute to
	// 24 h. It is tried on all the same, for as long as it takes. Default "10m". [セキュリティ責任者]
	FailAfter config.Duration `toml:"fail_after"`
	// The longest wait between two tries, 1 s to 1 h. Default "5m". [製品既定値]
	RetryMost config.Duration `toml:"retry_most"`
	// How long a server may take for one step, 1 s to 5 minutes. Default "30s". [製品既定値]
	Timeout config.Duration `toml:"timeout"`
}

// Mail is the server that takes the mail.
type Mail struct {
	// "host:port"; 587 and 25 mostly speak STARTTLS, 465 TLS. Required where a recipient has mail. [システム管理者(23(3))]
	Server string `toml:"server"`
	// "starttls", "tls", or "none": without encryption, for a server on this machine alone. Default "starttls".
	// [システム管理者(23(3))]
	Security string `toml:"security"`
	// File of the certificate authority, PEM. Default "": the machine's own list. [システム管理者(23(3))]
	CA string `toml:"ca"`
	// Name to sign in with. Default "". [システム管理者(23(3))]
	Username string `toml:"username"`
	// File that holds the password, one line, readable by nobody else. Default "". Together with username.
	// [システム管理者(23(3))]
	Password string `toml:"password_file"`
	// Address that the mail is from. Required where a recipient has mail. [システム管理者(23(3))]
	From string `toml:"from"`
}

// Office says when somebody is there: Mondays to Fridays that are no public holidays.
type Office struct {
	// The office opens, "08:30" in Japan's time. Default "08:30". [セキュリティ責任者]
	From string `toml:"from"`
	// And closes. Default "17:15". [セキュリティ責任者]
	Until string `toml:"until"`
	// Days beside the public holidays: "12-29" of every year or "2026-08-14" of one. Default 12-29 to 01-03.
	// [セキュリティ責任者]
	Closed []string `toml:"closed"`
}

// Zone says which doors lead into a zone, so that rules can name it: a door's own entries name the door alone.
type Zone struct {
	// Name of the zone, as the doors' configuration has it. Required. [セキュリティ責任者]
	Name string `toml:"name"`
	// "controller/door" of each. Required. [セキュリティ責任者]
	Doors []string `toml:"doors"`
}

// Recipient is one address that notices go to. One that is new is told of what happens from then on.
type Recipient struct {
	// Name for rules and for the record, of the form of site. Required. [セキュリティ責任者]
	Name string `toml:"name"`
	// "mail": a letter in Japanese and English. "webhook": the CloudEvent, by HTTPS. "syslog": RFC 5424 over TLS. Required.
	// [システム管理者(23(3))]
	Kind string `toml:"kind"`
	// Of mail the address; of a webhook the URL, https, or http on this machine alone; of syslog "host:6514". Required.
	// [システム管理者(23(3))]
	Address string `toml:"address"`
	// Letters carry names and purposes, where doors publish them. Only for mail with encryption; each mail server on the way
	// can read them. Default false: ids alone. [セキュリティ責任者]
	Names bool `toml:"names"`
	// File of the key that signs a webhook's requests, one line. Default "": not signed. [システム管理者(23(3))]
	Secret string `toml:"secret_file"`
	// File of the certificate authority of a webhook's or syslog's server, PEM. Default "": the machine's own list.
	// [システム管理者(23(3))]
	CA string `toml:"ca"`
	// File of the own certificate for it, PEM. Default "". Together with key. [システム管理者(23(3))]
	Cert string `toml:"cert"`
	// File of its private key, PEM. Default "". [システム管理者(23(3))]
	Key string `toml:"key"`
	// Of syslog: the private enterprise number in the name of the fields (kidoban@…). Default 32473, which is for examples.
	// [システム管理者(23(3))]
	Enterprise int `toml:"enterprise"`
}

// Rule says who is told of what. Each of its conditions must hold; one that is left out always does. What several rules
// say of one recipient is told once.
type Rule struct {
	// Names of recipients. Required. [セキュリティ責任者]
	Recipients []string `toml:"recipients"`
	// At least so grave: "info", "notice", "warning", "alert", "emergency". Default "alert". [セキュリティ責任者]
	Severity string `toml:"severity"`
	// Types as the contract names them: "door.forced", "door.*". An alarm counts as what raised it, too. Duress goes to
	// nobody unless a rule names "access.duress" here. Default []: all others. [セキュリティ責任者]
	Types []string `toml:"types"`
	// Names of zones. Default []: all. [セキュリティ責任者]
	Zones []string `toml:"zones"`
	// "door" or "controller/door". Default []: all. [セキュリティ責任者]
	Doors []string `toml:"doors"`
	// "controller" or "site/controller". Default []: all. [セキュリティ責任者]
	Controllers []string `toml:"controllers"`
	// "always", "office" or "outside" the office's hours, judged when it is told. Default "always". [セキュリティ責任者]
	Hours string `toml:"hours"`
	// A drill is "quiet" (nobody is told) or "told": once, and marked as one. Default "quiet". [セキュリティ責任者]
	Drill string `toml:"drill"`
	// An alarm that nobody has acknowledged is told again so often, 1 minute to 24 h; "0s" never. Default "10m".
	// [セキュリティ責任者]
	Repeat config.Duration `toml:"repeat"`
	// After so long these are told too: 1 minute to 24 h; "0s" never. Default "0s". Together with escalate_to.
	// [セキュリティ責任者]
	Escalate config.Duration `toml:"escalate_after"`
	// Names of recipients. Default []. [セキュリティ責任者]
	EscalateTo []string `toml:"escalate_to"`
}

// SetDefaults implements source.Defaulter.
func (n *Notify) SetDefaults() {
	*n = Notify{DigestAfter: 20, FailAfter: config.Duration(10 * time.Minute), RetryMost: config.Duration(5 * time.Minute), Timeout: config.Duration(30 * time.Second)}
}

// SetDefaults implements source.Defaulter.
func (m *Mail) SetDefaults() { m.Security = "starttls" }

// SetDefaults implements source.Defaulter.
func (o *Office) SetDefaults() {
	*o = Office{From: "08:30", Until: "17:15", Closed: []string{"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}}
}

// SetDefaults implements source.Defaulter.
func (r *Recipient) SetDefaults() { r.Enterprise = 32473 }

// SetDefaults implements source.Defaulter.
func (r *Rule) SetDefaults() {
	r.Severity, r.Hours, r.Drill, r.Repeat = "alert", "always", "quiet", config.Duration(10*time.Minute)
}
