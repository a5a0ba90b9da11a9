package controller

import (
	"strconv"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/cards"
	"kidoban/controller/door"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/device"
)

// State is everything a controller knows. One goroutine owns it; only Turn changes it.
type State struct {
	site        Site
	boot        string
	roster      *access.Roster
	version     uint64
	people      *ledger.Directory
	inside      access.Occupancy
	tries       map[access.CredentialID]access.Tries
	wrong       map[access.CredentialID]Ticket // the last wrong PIN's record: the next is judged when it is durable
	lastUse     map[access.CredentialID]use
	gates       []*gate
	alarms      alarm.Book
	office      office
	central     officeRoster
	crisis      crisis
	installing  installing
	lent        *cards.Book
	permits     permits
	disposals   disposals
	book        *register.Book // the lines of the register that wait for something
	watch       watch
	emergencies map[string]ledger.EmergencyEntry // not completed
	backlog     backlog
	waiting     []waiting
	change      change
	clock       clockState
	grants      uint64
	stirs       uint64 // how often something else came to wait for somebody
	unsaved     bool   // there has been no backup for a day, and that is said
	ending      bool   // Stopping was said: nothing is released for an entry any more

	now  device.Instant
	then bool // this turn is on Recorded: what goes out now had waited for its record
	out  *Outcome
	buf  []door.Fact
}

// gate is a door with what goes on at it.
type gate struct {
	Door
	fsm     door.Door
	subject [3]string // "door/room", "door/room/entry", "door/room/exit"
	mode    ledger.Mode
	modeEnd time.Duration // monotonic; 0 while normal
	guessed bool          // modeEnd is the latest it can be, until the clock is believed
	grants  map[string]grant
	opened  device.Instant // last release's cause: the card's last bit or the button
	warned  bool           // pre-alarm sounds
	consent consenting     // who last showed at the exit reader that they consent
	stands  [3]stand       // by direction
	spoiled map[spot]bool
	siren   siren
}

// spot is a point of a door: a tamper switch or a lamp is there at either reader.
type spot struct {
	point string
	dir   device.Direction
}

// faulty says that nobody is let in: contact, strike or the reader outside cannot be believed. A lamp that is out, a
// tamper switch or what serves those who leave locks nobody out.
func (g *gate) faulty() bool {
	if g.fsm.State() == door.Faulty || g.stands[device.Entry].offline {
		return true
	}
	for s := range g.spoiled {
		if s.point == door.ContactPoint || s.point == door.StrikePoint || s.point == entryReader {
			return true
		}
	}
	return false
}

const entryReader = "reader entry"

// grant is one permission to pass, from the card to taken or not taken.
type grant struct {
	id       string
	dir      device.Direction
	person   access.PersonID
	card     access.CredentialID
	extended bool
	account  string
	rule     string // of an entry: what it rests on
	permit   access.PermitID
	escort   access.PersonID
	identity string // 本人確認の方法
	badge    string
	hold     time.Duration  // an operator's release: driven this long, 0 = the door's own time
	at       device.Instant // when the last that was asked for was shown: the card's last bit, the PIN's last key
}

// stand is what goes on at one access point.
type stand struct {
	shown       device.Signal
	deniedUntil time.Duration
	offline     bool
	lastTicket  Ticket // of the last CardRead: what a Misread that voids takes back
	party       party
	escort      attending // at the entry: who may bring visitors
}

// use is where a card was last seen: the same card at two doors at once is one too many.
type use struct {
	door string
	at   time.Duration
}

// waiting is what goes on once its record is durable.
type waiting struct {
	ticket Ticket
	gate   *gate
	dir    device.Direction
	grants []grant
	denied bool // show a refusal
	voided bool
	at     time.Duration
}

type clockState struct {
	known    bool
	synced   bool
	offset   time.Time // wall minus monotonic
	recorded time.Time // last recorded wall time that could be believed
}

// NewState begins where the last run ended. Turn it with Starting before anything else.
func NewState(site Site, boot string, roster *access.Roster, people []ledger.Person, snap ledger.Snapshot) *State {
	s := &State{
		site: site, boot: boot, roster: roster, version: roster.Version(),
		people:     ledger.NewDirectory(people),
		inside:     access.Occupancy{},
		tries:      map[access.CredentialID]access.Tries{},
		wrong:      map[access.CredentialID]Ticket{},
		lastUse:    map[access.CredentialID]use{},
		alarms:     alarm.NewBook(snap.Alarms, site.Patience),
		crisis:     newCrisis(snap),
		installing: newInstalling(snap),
		backlog:    backlog{next: 1, ok: true},
		office:     newOffice(snap),
		central:    newOfficeRoster(snap),
		clock:      clockState{recorded: snap.LastRecorded},
		lent:       lendings(snap),
		permits:    newPermits(snap), disposals: newDisposals(snap),
		book:  register.NewBook(snap.Visits...),
		watch: watch{leaving: map[string]time.Duration{}, consents: map[string]time.Duration{}, next: 1},
	}
	s.emergencies = map[string]ledger.EmergencyEntry{}
	for _, e := range snap.Emergency {
		s.emergencies[e.ID] = e
	}
	for _, t := range snap.Tries {
		s.tries[t.Credential] = t.Tries
	}
	for _, d := range site.Doors {
		g := &gate{Door: d, fsm: door.New(d.Times), grants: map[string]grant{}, spoiled: map[spot]bool{}}
		whole := "door/" + d.Name
		g.subject = [3]string{whole, whole + "/" + device.Entry.String(), whole + "/" + device.Exit.String()}
		s.gates = append(s.gates, g)
	}
	for _, o := range snap.Occupants {
		if o.Inside || s.timed(o.Zone) {
			s.inside[access.OccupantKey{Zone: o.Zone, Person: o.Person}] = o
		}
	}
	return s
}

// Turn is the step: what the controller does about one input. It reads no clock and does no I/O; everything that lets
// people out is in the Outcome's First, and nothing that lets people in goes out before its record is durable.
func (s *State) Turn(at device.Instant, in Input) Outcome {
	at.Wall = at.Wall.Round(0)
	s.now, s.then, s.out = at, false, &Outcome{}
	s.lookAtClock()
	s.expire()
	switch in := in.(type) {
	case Starting:
		s.start(in)
	case Happened:
		s.happened(in.Event)
	case Recorded:
		s.then = true
		s.recorded(in.Ticket)
	case Unrecorded:
		s.unrecorded(in)
	case Driven:
		s.driven(in)
	case ClockSynchronised:
		s.synchronised(in.Yes)
	case Link:
		s.link(in)
	case Condition:
		s.condition(in)
	case BackedUp:
		s.backedUp("", in)
	case Request:
		s.out.Answer = s.answer(in)
	case Stopping:
		s.stop()
	case Tick:
	}
	s.expirePermits()
	s.lookAfter()
	s.lookAtBundle()
	s.show()
	s.seal()
	return *s.out
}

// Deadline is the monotonic instant at which a Tick is due.
func (s *State) Deadline() (at time.Duration, ok bool) {
	sooner := func(d time.Duration) {
		if d > 0 && (!ok || d < at) {
			at, ok = d, true
		}
	}
	for _, g := range s.gates {
		if d, has := g.fsm.Deadline(); has {
			sooner(max(d, 1))
		}
		sooner(g.modeEnd)
		sooner(g.siren.until)
		if g.siren.trial.until > s.now.Mono {
			sooner(g.siren.trial.until)
		}
		for i := range g.stands {
			sooner(g.stands[i].deniedUntil)
			sooner(g.stands[i].party.deadline)
		}
	}
	sooner(s.backlog.deadline())
	if d, has := s.alarms.Deadline(); has {
		sooner(d)
	}
	sooner(s.incidentDeadline())
	sooner(s.watch.next)
	return at, ok
}

// expire does what was due before now.
func (s *State) expire() {
	for _, g := range s.gates {
		if d, has := g.fsm.Deadline(); has && d <= s.now.Mono {
			s.step(g, door.Input{Kind: door.Tick})
		}
		if g.modeEnd > 0 && g.modeEnd <= s.now.Mono {
			s.endMode(g, "")
		}
		for dir := range g.stands {
			st := &g.stands[dir]
			if st.deniedUntil > 0 && st.deniedUntil <= s.now.Mono {
				st.deniedUntil = 0
			}
			if st.party.deadline > 0 && st.party.deadline <= s.now.Mono {
				s.lapse(g, device.Direction(dir))
			}
		}
	}
	s.expireIncidents()
	s.escalate()
	if s.backlog.stalled(s.now.Mono) {
		s.degrade("the record takes longer than a second")
	}
}

func (s *State) gate(name string) *gate {
	for _, g := range s.gates {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// note adds an entry to this turn's record.
func (s *State) note(t journal.Type, sev journal.Severity, subject string, d journal.Data) {
	s.noteWith(t, sev, subject, d, nil)
}

func (s *State) noteWith(t journal.Type, sev journal.Severity, subject string, d journal.Data, private []byte) {
	s.noteAt(s.now, t, sev, subject, d, private)
}

func (s *State) noteAt(at device.Instant, t journal.Type, sev journal.Severity, subject string, d journal.Data, private []byte) {
	s.out.Entries = append(s.out.Entries, journal.Entry{
		At: at, Synced: s.clock.synced, Type: t, Severity: sev, Subject: subject, Data: d, Private: private,
	})
}

// command sends one command out: with what had waited for its record, or with what waits for nothing.
func (s *State) command(c device.Command) {
	if s.then {
		s.out.Then = append(s.out.Then, c)
		return
	}
	s.out.First = append(s.out.First, c)
}

// seal gives this turn's facts their ticket and puts them in line for the disk.
func (s *State) seal() {
	s.raise()
	for _, g := range s.gates {
		s.warn(g)
	}
	s.stir()
	if len(s.out.Change.Visits) > 0 {
		s.book.Forget()
	}
	if len(s.out.Entries) == 0 {
		return
	}
	s.out.Ticket = s.backlog.add(Record{Change: s.out.Change, Entries: s.out.Entries, notice: s.out.notice})
}

// raise lets the alarm book read what this turn noted.
func (s *State) raise() {
	for _, e := range s.out.Entries {
		rows, raised := s.alarms.Observe(e)
		s.out.Change.Alarms = append(s.out.Change.Alarms, rows...)
		s.out.Entries = append(s.out.Entries, raised...)
	}
}

// newGrant numbers grants uniquely over restarts: boot, then a count.
func (s *State) newGrant() string {
	s.grants++
	return s.boot[:min(8, len(s.boot))] + "-" + strconv.FormatInt(s.now.Mono.Milliseconds(), 36) + "-" + strconv.FormatUint(s.grants, 36)
}

func subject(g *gate, dir device.Direction) string { return g.subject[dir] }
