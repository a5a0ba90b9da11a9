package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"kidoban/controller/alarm"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/device/clock"
)

// An order at the central log is a person's. Whose it is says the operating system: the user who signed in, over sudo too,
// whom [[account]] gives a name. Where it does not know, --account names one, and the entry says that it was claimed.

// noLogin is what the kernel says of a process that nobody's sign-in began.
const noLogin = 1<<32 - 1

// user is who gave this order, as the operating system knows it.
func user() (uid int, detail string) {
	uid = os.Getuid()
	detail = fmt.Sprintf("uid %d", uid)
	b, err := os.ReadFile("/proc/self/loginuid")
	if err != nil {
		return uid, detail
	}
	login, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 32)
	if err != nil || login == noLogin || int(login) == uid {
		return uid, detail
	}
	return int(login), fmt.Sprintf("%s, signed in as %d", detail, login)
}

// actor is who gives an order; named is what --account says.
func (s *site) actor(named string, warn io.Writer) (shelf.Actor, error) {
	uid, detail := user()
	known, ok := s.conf.Account(uid)
	switch {
	case named == "" && !ok:
		return shelf.Actor{}, fmt.Errorf("whose order is this? no [[account]] of the configuration has uid %d: name one with --account", uid)
	case named == "" || named == known:
		return shelf.Actor{Account: known}, nil
	case strings.ContainsAny(named, "/\n\"\\ ") || len(named) > 64:
		return shelf.Actor{}, fmt.Errorf("--account: %q is no name of an account", named)
	}
	fmt.Fprintf(warn, "the record will say that %s was claimed by %s: [[account]] of the configuration makes it certain\n", named, detail)
	return shelf.Actor{Account: named, Claimed: true, Detail: detail}, nil
}

// deed begins an entry of the own journal that says what by did, now.
func deed(t journal.Type, by shelf.Actor) (journal.Entry, error) {
	c, err := clock.Start()
	if err != nil {
		return journal.Entry{}, err
	}
	synced, err := clock.Synchronised()
	e := journal.Entry{At: c.Now(), Synced: err == nil && synced, Type: t, Severity: alarm.Severity(t), Subject: "account/" + by.Account}
	by.Sign(&e)
	return e, nil
}
