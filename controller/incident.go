package controller

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// IncidentMost bounds a declared emergency. What it switches must not outlive the memory of those who declared it: a room
// locked down and forgotten would be shut to its own officers (Article 5). So it ends after a day at the latest, and not
// in silence: that nobody has cleared or renewed it is an alert.
const IncidentMost = 24 * time.Hour

// crisis is what is declared now, and who is being counted.
type crisis struct {
	incidents map[string]*incident
	lists     map[string]*ledger.Muster // kept in the last day
}

// incident is a declared emergency with its end.
type incident struct {
	ledger.Declaration
	end     time.Duration // monotonic
	guessed bool          // end is the latest it can be, until the clock is believed
}

// newCrisis takes up what was declared at the last commit. Its ends run from start on.
func newCrisis(snap ledger.Snapshot) crisis {
	c := crisis{map[string]*incident{}, map[string]*ledger.Muster{}}
	for _, d := range snap.Documents {
		if m := new(ledger.Muster); d.Kind == ledger.KindMuster && json.Unmarshal(d.Body, m) == nil {
			c.lists[m.ID] = m
		}
		i := &incident{guessed: true}
		if d.Kind == ledger.KindIncident && json.Unmarshal(d.Body, &i.Declaration) == nil && !i.Over() {
			c.incidents[i.ID] = i
		}
	}
	return c
}

// numbered is the next number of a kind of paper in the fiscal year: "2026-I001".
func (s *State) numbered(kind, letter string) string { return s.number(kind, "%d-"+letter+"%03d") }

// file keeps a document.
func (s *State) file(kind, id string, v any) {
	if body, err := json.Marshal(v); err == nil {
		s.out.Change.Documents = append(s.out.Change.Documents, ledger.Document{Kind: kind, ID: id, Body: body})
	}
}

// declare declares an emergency (Article 9(2) and (3)), or renews one.
func (s *State) declare(a Account, ask Declare) *Answer {
	if ask.For == 0 {
		ask.For = IncidentMost
	}
	if ask.For < time.Minute || ask.For > IncidentMost {
		return &Answer{Refusal: fmt.Sprintf("an emergency is declared or renewed for at most %d hours at a time", IncidentMost/time.Hour)}
	}
	if ask.ID != "" {
		return s.renew(a, ask)
	}
	if no := s.mayDeclare(a, ask.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	if strings.TrimSpace(ask.Why) == "" {
		return &Answer{Refusal: "say why: an emergency is declared with its reason (第9条第2号・第3号)"}
	}
	i := &incident{Declaration: ledger.Declaration{
		ID: s.numbered(ledger.KindIncident, "I"), Zone: ask.Zone, Declared: s.deed(a, ask.Zone), Account: a.Name, Drill: ask.Drill,
		Lockdown: ask.Lockdown, NoVisitors: ask.NoVisitors,
	}}
	s.crisis.incidents[i.ID] = i
	list := s.keepMuster(journal.EmergencyDeclared, i.ID, i.Drill)
	i.Until = s.now.Wall.Add(ask.For)
	d := i.data(a)
	d.Document, d.Count = list.ID, int64(len(list.Lines))
	s.noteWith(journal.EmergencyDeclared, i.severity(journal.Emergency), i.subject(), d,
		s.private(map[string]any{"reason": ask.Why, "muster": list.Lines}))
	s.extend(i, ask.For)
	return &Answer{Value: i.ID, Order: true}
}

// renew lets an emergency go on, for so long from now.
func (s *State) renew(a Account, ask Declare) *Answer {
	i, declared := s.crisis.incidents[ask.ID]
	if !declared {
		return &Answer{Refusal: s.noIncident(ask.ID)}
	}
	if no := s.mayDeclare(a, i.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	i.Until = s.now.Wall.Add(ask.For)
	s.noteWith(journal.EmergencyRenewed, journal.Notice, i.subject(), i.data(a), s.private(map[string]any{"reason": ask.Why}))
	s.extend(i, ask.For)
	return &Answer{Value: i.ID, Order: true}
}

// extend sets the end of an emergency, and with it that of the lockdown of its doors.
func (s *State) extend(i *incident, length time.Duration) {
	i.end, i.Until, i.guessed = s.now.Mono+length, s.now.Wall.Add(length), false
	s.file(ledger.KindIncident, i.ID, i.Declaration)
	if !i.Lockdown {
		return
	}
	for _, g := range s.gates {
		if i.covers(g.Zone) && (g.mode.Mode == "" || g.mode.Incident == i.ID) {
			s.lockFor(g, i, length)
		}
	}
}

// lockFor lets nobody in at a door while an emergency lasts. The emergency itself is the alarm: one an event.
func (s *State) lockFor(g *gate, i *incident, length time.Duration) {
	g.mode = ledger.Mode{Door: g.Name, Mode: modeLockdown, Until: i.Until, Account: i.Account, Incident: i.ID}
	g.modeEnd, g.guessed = s.now.Mono+length, false
	s.out.Change.Modes = append(s.out.Change.Modes, g.mode)
	s.note(journal.DoorModeChanged, journal.Notice, subject(g, device.NoDirection), journal.Data{
		Door: g.Name, Mode: modeLockdown, Until: jst(i.Until).Format(time.RFC3339), Account: i.Account, Incident: i.ID, Drill: i.Drill,
	})
}

// clearEmergency ends an emergency by a person's word.
func (s *State) clearEmergency(a Account, ask ClearEmergency) string {
	i, declared := s.crisis.incidents[ask.ID]
	if !declared {
		return s.noIncident(ask.ID)
	}
	if no := s.mayDeclare(a, i.Zone); no != "" {
		return no
	}
	i.Cleared, i.ClearedBy = s.deed(a, i.Zone), a.Name
	d := i.data(a)
	d.Until = ""
	s.endIncident(i, d, i.severity(journal.Notice), s.private(map[string]any{"text": ask.Text}))
	return ""
}

// endIncident gives back what an emergency had switched. Doors that somebody has set otherwise meanwhile stay so.
func (s *State) endIncident(i *incident, d journal.Data, sev journal.Severity, private []byte) {
	delete(s.crisis.incidents, i.ID)
	s.file(ledger.KindIncident, i.ID, i.Declaration)
	s.noteWith(journal.EmergencyCleared, sev, i.subject(), d, private)
	for _, g := range s.gates {
		if g.mode.Incident == i.ID {
			s.endMode(g, i.ClearedBy)
		}
	}
}

// expireIncidents ends what nobody has cleared or renewed in its time: an alert, as somebody must look.
func (s *State) expireIncidents() {
	for _, id := range slices.Sorted(maps.Keys(s.crisis.incidents)) {
		i := s.crisis.incidents[id]
		if i.end == 0 || i.end > s.now.Mono {
			continue
		}
		i.Cleared = ledger.Act{At: s.now.Wall}
		d := i.data(Account{})
		d.Reason = "expired"
		s.endIncident(i, d, i.severity(journal.Alert), nil)
	}
}

// reckonIncidents sets the ends of what was declared in an earlier run, as reckon does for modes.
func (s *State) reckonIncidents() {
	for _, i := range s.crisis.incidents {
		if !i.guessed {
			continue
		}
		from := s.now.Wall
		if i.guessed = !s.believed(); i.guessed {
			from = s.clock.recorded
		}
		i.end = s.now.Mono + min(max(i.Until.Sub(from), time.Second), IncidentMost)
	}
}

// rehangIncidents puts the wall clock's ends right after the wall clock was.
func (s *State) rehangIncidents() {
	s.reckonIncidents()
	for _, id := range slices.Sorted(maps.Keys(s.crisis.incidents)) {
		i := s.crisis.incidents[id]
		if until := s.now.Wall.Add(i.end - s.now.Mono); !until.Equal(i.Until) {
			i.Until = until
			s.file(ledger.KindIncident, i.ID, i.Declaration)
		}
	}
}

// incidentDeadline is the end of what ends next, 0 if nothing is declared.
func (s *State) incidentDeadline() (next time.Duration) {
	for _, i := range s.crisis.incidents {
		if next == 0 || i.end < next {
			next = i.end
		}
	}
	return next
}

// bars says that an emergency keeps visitors out of a zone.
func (s *State) bars(zone string) bool {
	for _, i := range s.crisis.incidents {
		if i.NoVisitors && i.covers(zone) {
			return true
		}
	}
	return false
}

// incidents are what is declared now, by number.
func (s *State) incidents() []ledger.Declaration {
	out := []ledger.Declaration{}
	for _, id := range slices.Sorted(maps.Keys(s.crisis.incidents)) {
		out = append(out, s.crisis.incidents[id].Declaration)
	}
	return out
}

// mayDeclare is why an account may not declare or clear an emergency of a zone, or with "" of all: whoever does so may in
// each of them.
func (s *State) mayDeclare(a Account, zone string) string {
	found := false
	for _, g := range s.gates {
		if zone != "" && g.Zone != zone {
			continue
		}
		found = true
		if no := s.may(a, account.Declare, g.Zone); no != "" {
			return no
		}
	}
	if !found {
		return fmt.Sprintf("no door leads to a zone %q", zone)
	}
	return ""
}

func (s *State) noIncident(id string) string {
	return fmt.Sprintf("no emergency %q is declared: kidoban emergency list", id)
}

// deed is an act of an account's person now, with the post that they hold for a zone.
func (s *State) deed(a Account, zone string) ledger.Act {
	act := ledger.Act{Person: a.Person, Name: s.people.Of(a.Person).Name, At: s.now.Wall}
	for _, p := range []access.Post{officerOf(s.place(zone)), access.CISO} {
		if a.Person != "" && s.roster.Holds(a.Person, p, s.dated()) {
			act.Post = p
			break
		}
	}
	return act
}

func (i *incident) covers(zone string) bool { return i.Zone == "" || i.Zone == zone }

func (i *incident) severity(s journal.Severity) journal.Severity {
	if i.Drill {
		return journal.Notice
	}
	return s
}

func (i *incident) subject() string {
	if i.Zone == "" {
		return "controller"
	}
	return "zone/" + i.Zone
}

func (i *incident) data(a Account) journal.Data {
	d := journal.Data{
		Zone: i.Zone, Incident: i.ID, Account: a.Name, Person: string(a.Person), Until: jst(i.Until).Format(time.RFC3339), Drill: i.Drill,
	}
	switch {
	case i.Lockdown:
		d.Mode = modeLockdown
	case i.NoVisitors:
		d.Mode = "no_visitors"
	}
	return d
}
