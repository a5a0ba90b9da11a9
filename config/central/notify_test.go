package central_test

import (
	"strings"
	"testing"

	"kidoban/config/central"
)

const telling = `
[mail]
server   = "mail.city.example:587"
username = "kidoban"
password_file = "/etc/kidobanlog/mail.password"
from     = "kidoban <kidoban@city.example>"
[office]
closed = ["12-29", "2026-08-14"]
[[zone]]
name  = "juki"
doors = ["main-ctl/room"]
[[recipient]]
name    = "duty"
kind    = "mail"
address = "duty@city.example"
names   = true
[[recipient]]
name    = "hook"
kind    = "webhook"
address = "https://hook.city.example/kidoban"
secret_file = "/etc/kidobanlog/hook.key"
[[recipient]]
name    = "siem"
kind    = "syslog"
address = "siem.city.example:6514"
[[rule]]
recipients     = ["duty"]
zones          = ["juki"]
hours          = "office"
escalate_after = "15m"
escalate_to    = ["hook"]
[[rule]]
recipients = ["hook", "siem"]
severity   = "info"
types      = ["access.*", "access.duress"]
drill      = "told"
repeat     = "0s"
`

func TestWhoIsTold(t *testing.T) {
	c, err := central.Parse("central.toml", []byte(telling))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Recipients) != 3 || len(c.Rules) != 2 || c.Rules[0].Severity != "alert" || c.Rules[0].Repeat.Std().Minutes() != 10 || c.Rules[1].Repeat != 0 || c.Recipients[2].Enterprise != 32473 {
		t.Errorf("%+v\n%+v", c.Recipients, c.Rules)
	}
	if w := c.Warnings(); len(w) != 1 || !strings.Contains(w[0].Text, "can read them") {
		t.Errorf("%v", w)
	}
}

func TestWhoCannotBeTold(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`kind    = "mail"`, `kind    = "pigeon"`, "recipient[0].kind: is one of"},
		{`name    = "hook"`, `name    = "duty"`, "recipient[1].name: two recipients"},
		{`"duty@city.example"`, `"duty"`, "recipient[0].address: is no mail address"},
		{`server   = "mail.city.example:587"`, ``, "recipient[0].kind: mail needs mail.server"},
		{`from     = "kidoban <kidoban@city.example>"`, ``, "recipient[0].kind: mail needs mail.from"},
		{`[office]`, "security = \"none\"\n[office]", "mail.security: \"none\" is for a server on this machine alone"},
		{`username = "kidoban"`, ``, "mail.username: username and password_file go together"},
		{`"https://hook`, `"http://hook`, "recipient[1].address: http is for this machine alone"},
		{`"https://hook`, `"https://me:secret@hook`, "recipient[1].address: holds a password"},
		{`"siem.city.example:6514"`, `"siem.city.example"`, "recipient[2].address: is \"host:port\""},
		{`kind    = "syslog"`, "kind = \"syslog\"\nnames = true", "recipient[2].names: is for mail"},
		{`kind    = "syslog"`, "kind = \"syslog\"\ncert = \"x\"", "recipient[2].cert: cert and key go together"},
		{`kind    = "syslog"`, "kind = \"syslog\"\nsecret_file = \"x\"", "recipient[2].secret_file: is for webhooks"},
		{`"main-ctl/room"`, `"room"`, `zone[0].doors[0]: is "controller/door"`},
		{`"12-29"`, `"Dec 29"`, "office.closed[0]: is a day"},
		{`recipients     = ["duty"]`, `recipients = ["nobody"]`, "rule[0].recipients[0]: no recipient has this name"},
		{`recipients     = ["duty"]`, ``, "rule[0].recipients: is missing"},
		{`hours          = "office"`, `hours = "lunch"`, "rule[0].hours: is one of"},
		{`escalate_to    = ["hook"]`, ``, "rule[0].escalate_after: escalate_after and escalate_to go together"},
		{`escalate_after = "15m"`, `escalate_after = "15s"`, "rule[0].escalate_after: is 1m"},
		{`"access.*", `, `"access", `, "rule[1].types[0]: is a type"},
		{`severity   = "info"`, `severity = "severe"`, "rule[1].severity: is one of"},
		{`drill      = "told"`, `drill = "loud"`, "rule[1].drill: is one of"},
		{`[mail]`, "[notify]\ndigest_after = 1\nfail_after = \"1s\"\nretry_most = \"2h\"\ntimeout = \"1h\"\n[mail]", "notify.digest_after: is 2 to 1000"},
	} {
		text := strings.Replace(telling, c.from, c.to, 1)
		if text == telling {
			t.Fatalf("%s is not there", c.from)
		}
		_, err := central.Parse("central.toml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}
