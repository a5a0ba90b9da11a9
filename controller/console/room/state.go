package room

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/live"
	"kidoban/controller/console/words"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// How the room is.
const (
	allWell = "ok"   // as it should be
	look    = "look" // somebody should look, in their time
	act     = "act"  // now
)

// state is the sentence of the page, and what is not as it should be, the worst first.
type state struct {
	Level    string // of the worst
	Problems []problem
	Waiting  []waiting // visitors who wait for consent
	All      string    // of them, where there are several
	Inside   int
	Drill    bool
}

// problem is one thing that is not as it should be, and where something is done about it.
type problem struct {
	Level string
	Key   string // of words, said with
	What  string // what it is of,
	Since string // since when
	Sign  string
	Alarm string // to be acknowledged with one tap
	Door  string // whose siren sounds
	Link  string
	May   string // what it takes to be led there, as the page's classes say it; "": to look
	rank  int
}

// waiting is a visitor who wants to leave.
type waiting struct{ Visit, Name, Affiliation, Since string }

func stateOf(s live.Seen) state {
	n := s.Now
	st := state{Level: allWell, Inside: len(n.Muster.Lines)}
	st.Problems = slices.Concat(incidents(s), missing(s), alarms(s), doorProblems(s), machine(s), papers(s))
	slices.SortStableFunc(st.Problems, func(a, b problem) int { return cmp.Compare(b.rank, a.rank) })
	for i := range st.Problems {
		if st.Problems[i].Level != look {
			st.Level = act
			break
		}
		st.Level = look
	}
	var ids []string
	for _, v := range n.Visits {
		if v.Inside() && v.Consent.State == ledger.ConsentRequested {
			st.Waiting = append(st.Waiting, waiting{v.ID, v.Name, v.Affiliation, s.When(v.Consent.Act.At)})
			ids = append(ids, v.ID)
		}
	}
	if len(ids) > 1 {
		st.All = strings.Join(ids, ",")
	}
	if st.Level == allWell && len(ids) > 0 {
		st.Level = look
	}
	st.Drill = slices.ContainsFunc(n.Incidents, func(d ledger.Declaration) bool { return d.Drill })
	return st
}

// The ranks of problems: what endangers people, then what keeps the door from working, then what can wait.
const (
	rankPapers = iota
	rankLook
	rankAck // somebody acts on it already
	rankMachine
	rankAlert
	rankRecord
	rankEmergency
)

func levelOf(rank int) string {
	if rank >= rankMachine {
		return act
	}
	return look
}

func incidents(s live.Seen) (out []problem) {
	for _, d := range s.Now.Incidents {
		p := problem{Key: "room.problem.incident", What: d.ID + " " + s.Zone(d.Zone), Since: s.When(d.Declared.At), Sign: "■",
			Link: "/alarms/incidents", Level: act, rank: rankEmergency}
		if d.Drill {
			p.Key, p.Level, p.rank = "room.problem.drill", look, rankLook
		}
		out = append(out, p)
	}
	return out
}

// missing says how many are to be looked for by a muster list.
func missing(s live.Seen) (out []problem) {
	for _, c := range s.Now.Counts {
		p := problem{Key: "room.problem.missing", What: strconv.Itoa(c.Missing()), Sign: "■", Link: "/alarms/muster?id=" + c.ID + "#count", Level: act, rank: rankEmergency}
		if c.Drill {
			p.Key, p.Level, p.rank = "room.problem.missingdrill", look, rankLook
		}
		if c.Missing() > 0 {
			out = append(out, p)
		}
	}
	return out
}

func alarms(s live.Seen) (out []problem) {
	for _, a := range s.Now.Alarms {
		sev := words.SeverityOf(s.Lang, journal.Severity(a.Severity))
		p := problem{
			Key: "room.problem.alarm", What: strings.TrimSpace(words.AlarmKind(s.Lang, a.Type) + " " + s.Place(a)), Since: s.When(a.Raised),
			Sign: sev.Sign, Link: "/alarms", Alarm: a.ID,
		}
		switch {
		case !a.Acknowledged.IsZero():
			p.Key, p.Alarm, p.rank = "room.problem.open", "", rankAck
		case a.Drill || a.Severity == string(journal.Warning):
			p.rank = rankLook
		case a.Severity == string(journal.Emergency):
			p.rank = rankEmergency
		default:
			p.rank = rankAlert
		}
		p.Level = levelOf(p.rank)
		out = append(out, p)
	}
	return out
}

func doorProblems(s live.Seen) (out []problem) {
	for i := range s.Now.Doors {
		d := &s.Now.Doors[i]
		title := s.Door(d.Name).Title
		add := func(key, what, since string, rank int) {
			out = append(out, problem{Key: key, What: strings.TrimSpace(title + " " + what), Since: since, Sign: "△", Link: "/door/" + d.Name, May: "operate", rank: rank, Level: levelOf(rank)})
		}
		if d.Faulty && !alarmed(s, d.Name, journal.DoorFault, journal.ReaderOffline) {
			add("room.problem.faulty", "", "", rankMachine)
		}
		if d.Mode == "lockdown" && d.Incident == "" {
			add("room.problem.lockdown", "", s.When(d.Until), rankLook)
		}
		if d.Position == "unknown" && s.Door(d.Name).Contact && !d.Faulty {
			add("room.problem.position", "", "", rankLook)
		}
		if len(d.Faults) > 0 && !alarmed(s, d.Name, journal.DoorFault) {
			add("room.problem.points", points(s.Lang, d), "", rankLook)
		}
		if d.Siren {
			add("room.problem.siren", "", "", rankAlert)
			out[len(out)-1].Door, out[len(out)-1].Sign = d.Name, "▲"
		}
	}
	return out
}

func points(l access.Language, d *controller.DoorNow) string {
	var out []string
	for _, p := range d.Faults {
		out = append(out, words.Term(l, words.Points, p))
	}
	return strings.Join(out, " ")
}

func alarmed(s live.Seen, door string, types ...journal.Type) bool {
	return slices.ContainsFunc(s.Now.Alarms, func(a ledger.Alarm) bool {
		return a.Door == door && slices.Contains(types, journal.Type(a.Type))
	})
}

// machine is what is wrong with the record, the clock and the way to the central log.
func machine(s live.Seen) (out []problem) {
	n := s.Now
	if !n.Recording {
		out = append(out, problem{Key: "room.problem.record", Sign: "■", Level: act, rank: rankRecord})
	}
	if !n.Believed {
		out = append(out, problem{Key: "room.problem.clock", Sign: "△", Level: look, rank: rankLook})
	}
	if linkLost(n.Link) {
		out = append(out, problem{Key: "room.problem.link", Sign: "△", Level: look, rank: rankPapers})
	}
	if n.Disk > 0 && n.Free*100 < n.Disk*5 {
		out = append(out, problem{Key: "room.problem.disk", Sign: "△", Level: look, rank: rankLook})
	}
	return out
}

// papers are what waits for somebody's word.
func papers(s live.Seen) (out []problem) {
	for _, e := range s.Now.Emergency {
		out = append(out, problem{Key: "room.problem.emergency", What: e.ID + " " + words.Term(s.Lang, words.Services, e.Service),
			Since: s.When(e.Entered), Sign: "○", Link: "/alarms/emergency/" + e.ID, Level: look, rank: rankPapers})
	}
	left := 0
	for i := range s.Now.Visits {
		if v := &s.Now.Visits[i]; !v.Inside() && v.Consent.State == ledger.ConsentMissing {
			left++
		}
	}
	if left > 0 {
		out = append(out, problem{Key: "room.problem.unconsented", Sign: "○", Link: "/visits", Level: look, rank: rankPapers})
	}
	return out
}
