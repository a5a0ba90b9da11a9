package archive

import (
	"context"
	"strings"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/device/clock"
)

// finding is what came to light about a journal; the zero one is nothing. What is fatal ends its confirming. One without
// a type is said in the log alone.
type finding struct {
	typ      journal.Type
	what     string // fixed English
	count    int64
	fatal    bool
	evidence []byte // what shows it: a signed head, or an entry's bytes
}

// quietFor is how long nothing of a kind must have been found until it is news again: a storm is one finding.
const quietFor = 10 * time.Minute

// storms remembers when something of a kind was last found.
type storms map[string]time.Time

func (s storms) news(kind string, now time.Time) bool {
	last, known := s[kind]
	s[kind] = now
	return !known || now.Sub(last) > quietFor
}

// found says what came to light, and records it with its evidence.
func (a *Archive) found(ctx context.Context, f *follower, x finding, now time.Time) error {
	if x.what == "" {
		return nil
	}
	if x.fatal {
		f.Fork = x.what
		a.cfg.Log.Error("journal is confirmed no more", "journal", f.Origin, "why", x.what)
	} else if x.typ == "" || f.storms.news(string(x.typ), now) {
		a.cfg.Log.Error(x.what, "journal", f.Origin)
	} else {
		return nil
	}
	if x.typ == "" {
		return nil
	}
	e := a.entry(x.typ, f.Origin)
	e.Data.Count, e.Data.Detail = x.count, x.what
	return a.shelf.Find(ctx, a.cfg.Own, f.Journal, shelf.Find{Entries: a.own(e), Fatal: x.fatal, What: x.what, Evidence: x.evidence, At: now})
}

// entry begins one of the own journal about a controller, now.
func (a *Archive) entry(t journal.Type, origin string) journal.Entry {
	e := a.said(t)
	name := a.cfg.Own.Origin.Called(siteAndName(origin))
	e.Subject, e.Data.Controller, e.Data.Journal = "controller/"+name, name, origin
	return e
}

// said begins one about the central log itself.
func (a *Archive) said(t journal.Type) journal.Entry {
	synced, err := clock.Synchronised()
	return journal.Entry{At: a.clock.Now(), Synced: err == nil && synced, Type: t, Severity: alarm.Severity(t), Subject: "controller"}
}

// own is what is to be recorded: nothing where there is no journal of its own.
func (a *Archive) own(entries ...journal.Entry) []journal.Entry {
	if a.cfg.Own.Signer == nil {
		return nil
	}
	return entries
}

// siteAndName are those of the controller in an origin, "kidoban/<site>/<controller>/<journal>".
func siteAndName(origin string) (site, name string) {
	part := strings.Split(origin, "/")
	if len(part) < 3 {
		return "", ""
	}
	return part[1], part[2]
}
