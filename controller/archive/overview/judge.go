package overview

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/wire"
)

// report puts it together.
func (f found) report(k Known) Report {
	r := Report{At: k.Now, Database: f.bytes, Strangers: f.garbledOf(""), Problems: []string{}}
	own, doors := map[string][]shelf.Journal{}, map[string][]shelf.Journal{}
	for _, j := range f.journals {
		of := doors
		if j.Own {
			of = own
		}
		of[controllerOf(j.Origin)] = append(of[controllerOf(j.Origin)], j)
	}
	f.centrals(&r, own, k)
	for _, name := range sorted(doors) {
		c := f.controller(name, doors[name], k)
		r.Controllers = append(r.Controllers, c)
		r.Level = max(r.Level, c.Level)
	}
	for _, w := range f.waiting {
		r.Waiting = append(r.Waiting, Waiting{w.Origin, w.Succeeds, w.Seen})
		r.problem(Warning, "%s waits to be accepted (kidobanlog accept)", w.Origin)
	}
	return r
}

func sorted[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (r *Report) problem(l Level, format string, args ...any) {
	r.Level = max(r.Level, l)
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// centrals judges the central logs that have written of themselves.
func (f found) centrals(r *Report, own map[string][]shelf.Journal, k Known) {
	for name, h := range f.health {
		if s := statusOf(h); s != nil && s.Mode == wire.CentralMode && own[name] == nil {
			own[name] = nil
		}
	}
	for _, name := range sorted(own) {
		h := f.health[name]
		c := Central{Name: name, Heard: h.StatusAt, Status: statusOf(h), Alarms: f.alarmsOf(name), Refused: refusedOf(h)}
		c.Serving = c.Status != nil && c.Status.Online && k.Now.Sub(h.StatusAt) < alive
		if k.Runs != nil {
			c.Serving = *k.Runs
		}
		r.Serving = r.Serving || c.Serving
		r.Central = append(r.Central, c)
		if c.Status != nil && c.Status.Health != nil {
			for _, p := range k.Limits.Problems(*c.Status.Health) {
				r.problem(Warning, "%s: %s", name, p)
			}
		}
		if c.Alarms > 0 {
			r.problem(Warning, "%s: %s", name, alarms(c.Alarms))
		}
	}
	if !r.Serving {
		r.problem(Critical, "no central log runs: nothing is confirmed; the doors keep everything")
	}
}

func alarms(n int) string {
	if n == 1 {
		return "1 alarm that nobody has acknowledged"
	}
	return fmt.Sprintf("%d alarms that nobody has acknowledged", n)
}

// alarmsOf counts the central log's alarms about a controller.
func (f found) alarmsOf(name string) (n int) {
	for _, a := range f.alarms {
		if a.Acknowledged.IsZero() && f.about(a, name) {
			n++
		}
	}
	return n
}

// about says whether an alarm is about a controller: one that names no site is about a controller of the central log's own.
func (f found) about(a ledger.Alarm, name string) bool {
	if strings.Contains(a.Controller, "/") {
		return "kidoban/"+a.Controller == name
	}
	for _, j := range f.journals {
		if site := strings.SplitN(j.Origin, "/", 3); j.Own && a.Controller != "" && "kidoban/"+site[1]+"/"+a.Controller == name {
			return true
		}
	}
	return false
}

func (f found) garbledOf(name string) map[string]int64 {
	var out map[string]int64
	for _, g := range f.garbled {
		if g.Controller != name {
			continue
		}
		if out == nil {
			out = map[string]int64{}
		}
		out[g.Kind] += g.Count
	}
	return out
}

// controller judges one, by the journal last accepted that goes on, and by whatever is wrong with any before it.
func (f found) controller(name string, js []shelf.Journal, k Known) Controller {
	j := js[len(js)-1]
	h := f.health[name]
	c := Controller{
		Controller: name, Journal: j.Origin[len(name)+1:], State: "ok", Confirmed: j.Size, Backlog: backlog(j, h),
		Checkpoint: when(h.HeadAt), Heard: when(h.StatusAt), Status: statusOf(h), Alarms: f.alarmsOf(name),
		Garbled: f.garbledOf(name), Problems: []string{},
	}
	f.state(&c, name, js, h)
	c.machine(k, h)
	if c.Backlog > 1000 {
		c.problem(Warning, "", "%d entries are not confirmed yet", c.Backlog)
	}
	if c.Alarms > 0 {
		c.problem(Warning, "", "%s at the central log", alarms(c.Alarms))
	}
	if c.Level > OK && c.State == "ok" {
		c.State = "attention"
	}
	return c
}

// backlog is what is known to exist beyond what is confirmed: by the last head, or by what the controller says.
func backlog(j shelf.Journal, h shelf.Health) uint64 {
	known := h.Head
	if s := statusOf(h); s != nil && s.Online {
		known = max(known, s.Sequence+1)
	}
	return max(known, j.Size) - j.Size
}

// state finds the gravest word for a controller: what comes later is graver.
func (f found) state(c *Controller, name string, js []shelf.Journal, h shelf.Health) {
	last := js[len(js)-1]
	if c.Backlog > 0 {
		c.State = "catching up"
	}
	if c.Status != nil && !c.Status.Online {
		c.problem(Warning, "offline", "it has left the broker")
	}
	if c.Status != nil && c.Status.Online && c.Status.Mode != "normal" {
		c.problem(Critical, c.Status.Mode, "it says of itself that it is %s", c.Status.Mode)
	}
	if last.Size == 0 && h.HeadAt.IsZero() {
		c.problem(Warning, "never heard", "nothing has come of it")
	}
	if last.Closed != "" {
		c.problem(Warning, "closed", "its journal is closed and no other is accepted: %s", last.Closed)
	}
	if last.Silent != "" {
		c.problem(Critical, "silent", "silent since %s", last.Silent)
	}
	for _, a := range f.alarms {
		if f.about(a, name) && journal.Type(a.Type) == journal.ControllerRolledBack {
			c.problem(Critical, "rolled back", "its disk holds less than was confirmed")
			break
		}
	}
	for _, j := range js {
		if j.Fork != "" {
			c.problem(Critical, "forked", "journal %s is confirmed no more: %s", j.Origin, j.Fork)
		}
	}
}

// machine takes over what the controller says of itself.
func (c *Controller) machine(k Known, h shelf.Health) {
	if c.Status == nil || !c.Status.Online {
		return
	}
	if c.Status.Alarms > 0 {
		c.problem(Warning, "", "%s at the door", alarms(c.Status.Alarms))
	}
	if age := k.Now.Sub(h.StatusAt); age > 3*time.Minute {
		c.problem(Warning, "", "what it says of itself is %s old", age.Round(time.Minute))
	}
	m := c.Status.Health
	if m == nil {
		return
	}
	if m.Clock.State != string(journal.Synchronised) {
		c.problem(Warning, "", "its clock is not synchronised")
	}
	for _, p := range k.Limits.Problems(*m) {
		c.problem(Warning, "", "%s", p)
	}
}

func (c *Controller) problem(l Level, state, format string, args ...any) {
	c.Level = max(c.Level, l)
	if state != "" {
		c.State = state
	}
	c.Problems = append(c.Problems, fmt.Sprintf(format, args...))
}
