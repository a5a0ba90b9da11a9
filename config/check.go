package config

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kidoban/config/source"
)

// checker collects what the decoder could not know. A key that is already refused is not judged further.
type checker struct {
	file   string
	places source.Index
	bad    Problems
	notes  Problems
	broken map[source.Pos]bool // places that the decoder has refused
	lines  map[gpioLine]string
	sim    bool
	chip   string
}

type gpioLine struct {
	chip string
	line int
}

func newChecker(file string, places source.Index, bad Problems) *checker {
	k := &checker{file: file, places: places, bad: bad, broken: map[source.Pos]bool{}, lines: map[gpioLine]string{}}
	for _, p := range bad {
		k.broken[p.Pos] = true
	}
	return k
}

func (k *checker) refuse(path, format string, args ...any) {
	if at := k.places.At(path); !k.broken[at] {
		k.bad = append(k.bad, Problem{File: k.file, Pos: at, Text: path + ": " + fmt.Sprintf(format, args...)})
	}
}

func (k *checker) warn(path, format string, args ...any) {
	k.notes = append(k.notes, Problem{File: k.file, Pos: k.places.At(path), Text: path + ": " + fmt.Sprintf(format, args...)})
}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

func (k *checker) name(path, value string) {
	switch {
	case value == "":
		k.refuse(path, "is missing; give it a name of a-z, 0-9 and hyphens")
	case !namePattern.MatchString(value):
		k.refuse(path, "a name is 1 to 32 of a-z, 0-9 and hyphens, a letter or digit first; put Japanese into title")
	}
}

// optionalName is a name that may be left out.
func (k *checker) optionalName(path, value string) {
	if value != "" {
		k.name(path, value)
	}
}

func (k *checker) oneOf(path, value string, allowed ...string) bool {
	if slices.Contains(allowed, value) {
		return true
	}
	if value == "" {
		k.refuse(path, "is missing; it is one of %s", quoted(allowed))
	} else {
		k.refuse(path, "is one of %s", quoted(allowed))
	}
	return false
}

func quoted(words []string) string { return `"` + strings.Join(words, `", "`) + `"` }

func (k *checker) span(path string, value Duration, low, high time.Duration) {
	if d := value.Std(); d < low || d > high {
		k.refuse(path, "lies outside %s to %s", short(low), short(high))
	}
}

// short is d as a person writes it.
func short(d time.Duration) string {
	for _, unit := range []struct {
		is   time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d != 0 && d%unit.is == 0 {
			return strconv.Itoa(int(d/unit.is)) + unit.name
		}
	}
	return d.String()
}

func (k *checker) count(path string, value, low, high int) {
	if value < low || value > high {
		k.refuse(path, "lies outside %d to %d", low, high)
	}
}

func (k *checker) config(c *Config) {
	k.sim, k.chip = c.Panel.Kind == "sim", c.Panel.Chip
	k.name("site", c.Site)
	k.name("controller", c.Controller)
	if strings.TrimSpace(c.RuleBasis) == "" {
		k.refuse("rule_basis", "is empty; name the regulation and its version, what is printed cites it")
	}
	if c.Contact.Day == "" || c.Contact.Night == "" {
		k.warn("contact", "day or night is empty: whoever is refused at the door is not told whom to call")
	}
	k.storage(c.Storage)
	k.backup(c.Backup, c.Storage)
	k.clock(c.Clock)
	k.mqtt(c.MQTT)
	k.access(c.Access)
	k.alarms(c.Alarms)
	k.health(c.Health)
	k.metrics(c.Metrics)
	k.homeAssistant(c.HomeAssistant, c.MQTT)
	k.duties(c.Duties)
	k.visits(c.Visits)
	k.retention(c.Retention)
	k.roster(c.Roster)
	k.panel(&c.Panel)
	k.zones(c)
	k.doors(c)
	k.accounts(c.Accounts)
	k.socket(c.Socket)
	k.console(c.Console, c.Doors)
	k.directory(c.Directory)
}

func (k *checker) storage(s Storage) {
	if s.Data == "" {
		k.refuse("storage.data", "is missing; name the directory of the database")
		return
	}
	if s.Keys == "" {
		return
	}
	if filepath.IsAbs(s.Data) != filepath.IsAbs(s.Keys) {
		k.warn("storage.keys", "one of data and keys is relative: check yourself that neither lies inside the other")
		return
	}
	switch {
	case inside(s.Data, s.Keys):
		k.refuse("storage.keys", "lies inside the data directory: every backup of the data would carry the keys; put it elsewhere")
	case inside(s.Keys, s.Data):
		k.refuse("storage.data", "lies inside the key directory: a backup of the data must never carry the keys; put it elsewhere")
	}
}

// inside reports whether path is dir or below it.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

func (k *checker) clock(c Clock) {
	k.span("clock.clock_grace", c.Grace, 0, 31*24*time.Hour)
	if c.Unchecked && !k.sim {
		k.warn("clock.unchecked", "the wall clock is believed as it is: a wrong date opens to those whose right has ended")
	}
}

func (k *checker) access(a Access) {
	k.span("access.grant_ttl", a.GrantTTL, 200*time.Millisecond, 10*time.Second)
	k.span("access.pin_wait", a.PINWait, time.Second, time.Minute)
	k.span("access.key_wait", a.KeyWait, time.Second, 30*time.Second)
	k.count("access.pin_length", a.PINLength, 4, 8)
	k.count("access.pin_tries", a.PINTries, 1, 10)
	if a.PINLockout != 0 {
		k.span("access.pin_lockout", a.PINLockout, 10*time.Second, 24*time.Hour)
	}
	k.span("access.second_window", a.SecondWindow, time.Second, time.Minute)
	k.span("access.duplicate_use", a.DuplicateUse, 0, 24*time.Hour)
}

func (k *checker) accounts(all []Account) {
	if len(all) == 0 {
		k.warn("account", "no account: nobody can release, lock down, acknowledge an alarm or change the roster")
	}
	uids, names := map[int]string{}, map[string]string{}
	for i, a := range all {
		path := fmt.Sprintf("account[%d]", i)
		k.name(path+".name", a.Name)
		k.unlike(names, a.Name, path+".name", "the record would not tell them apart")
		switch {
		case a.UID < 0:
			k.refuse(path+".uid", "is missing or negative; it is the user's number (id -u NAME)")
		case uids[a.UID] != "":
			k.refuse(path+".uid", "is the same as %s: a user has one account, or the record does not say who acted", uids[a.UID])
		default:
			uids[a.UID] = path + ".uid"
		}
		for j, may := range a.May {
			k.oneOf(fmt.Sprintf("%s.may[%d]", path, j), may, "operate", "roster")
		}
	}
}

// unlike refuses the second use of a name.
func (k *checker) unlike(seen map[string]string, name, path, why string) {
	if name == "" {
		return
	}
	if first, ok := seen[name]; ok {
		k.refuse(path, "is the same as %s (line %d): %s", first, k.places.At(first).Line, why)
		return
	}
	seen[name] = path
}

func (k *checker) socket(s Socket) {
	if s.Path == "" || len(s.Path) > 107 {
		k.refuse("socket.path", "is a path of 1 to 107 octets; the kernel takes no longer one")
	}
}
