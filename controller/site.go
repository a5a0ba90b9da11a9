package controller

import (
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/door"
	"kidoban/controller/wiring"
	"kidoban/device"
)

// Site is what does not change while the daemon runs: doors, rules' tunables, and the keyed hashes.
type Site struct {
	Doors        []Door
	GrantTTL     time.Duration
	PINWait      time.Duration
	KeyWait      time.Duration
	PINRule      access.PINRule
	SecondWindow time.Duration
	DuplicateUse time.Duration
	ClockGrace   time.Duration
	Patience     alarm.Patience // with alarms that nobody acknowledges
	ClockBelieve bool           // an RTC, or a clock that needs no proof
	Duties       Duties
	Office       Office
	Visits       Visits
	Hashes       Hashes
	Wiring       []wiring.Point
}

// Door is one door's part of the Site.
type Door struct {
	Name     string
	Title    string
	Times    door.Times
	Points   [3]*Point // by device.Direction; nil where there is no reader
	Zone     string
	Watched  bool // somebody counts who is inside the zone
	HasExit  bool
	ExitStay time.Duration
	Warns    bool          // it has an alarm lamp or a siren
	SirenFor time.Duration // at most, each time
}

// Point is one access point: the rules' view of it, and whether keys can be pressed there.
type Point struct {
	access.AccessPoint
	Keypad bool
}

// Hashes are the keyed hashes of the site: nothing else of a card or a PIN is ever kept.
type Hashes struct {
	Card func(device.Credential) access.Hash
	PIN  func(access.CredentialID, []byte) access.Hash
	Tag  func(access.Hash) string // 32 bits of an unknown card's hash
	Salt func() string            // 16 fresh random bytes in hex, for a private part
	Sign func(text string) []byte // the controller's signed note of a text
}

// NewSite reads a checked configuration.
func NewSite(c *config.Config, h Hashes) Site {
	s := Site{
		GrantTTL:     c.Access.GrantTTL.Std(),
		PINWait:      c.Access.PINWait.Std(),
		KeyWait:      c.Access.KeyWait.Std(),
		PINRule:      access.PINRule{Tries: c.Access.PINTries, Lockout: c.Access.PINLockout.Std()},
		SecondWindow: c.Access.SecondWindow.Std(),
		DuplicateUse: c.Access.DuplicateUse.Std(),
		ClockGrace:   c.Clock.Grace.Std(),
		Patience:     alarm.Patience{Alert: c.Alarms.EscalateAlert.Std(), Emergency: c.Alarms.EscalateEmergency.Std()},
		ClockBelieve: c.Clock.RTC || c.Clock.Unchecked,
		Hashes:       h,
		Wiring:       pointsOf(c),
		Duties:       newDuties(c.Duties, c.Directory.URL != ""),
		Office:       newOfficeSite(c.Roster),
		Visits: Visits{
			EscortWindow: c.Visits.EscortWindow.Std(), VisitorFirst: c.Visits.EscortOrder == "visitor",
			EscortFirst: c.Visits.EscortOrder == "escort", EscortLimit: c.Visits.EscortLimit, ConsentFor: c.Visits.ConsentFor.Std(),
			ConsentWindow: c.Visits.ConsentWindow.Std(), Stay: c.Visits.Stay.Std(),
		},
	}
	zones := map[string]config.Zone{}
	for _, z := range c.Zones {
		zones[z.Name] = z
	}
	for _, d := range c.Doors {
		s.Doors = append(s.Doors, newDoor(d, zones[d.Zone]))
	}
	return s
}

func newDoor(d config.Door, z config.Zone) Door {
	out := Door{
		Name: d.Name, Title: d.Title, Zone: d.Zone, Warns: d.Lamp != nil || d.Siren != nil, SirenFor: d.SirenFor.Std(),
		Times: door.Times{
			Release: d.Release.Std(), ExtendedRelease: d.ExtendedRelease.Std(),
			Open: d.Open.Std(), ExtendedOpen: d.ExtendedOpen.Std(), PreAlarm: d.PreAlarm.Std(),
			Relock: relocks[d.Relock], RelockDelay: d.RelockDelay.Std(), HasContact: d.Contact != nil,
		},
	}
	point := func(r *config.Reader, dir device.Direction) {
		if r == nil {
			return
		}
		out.Points[dir] = &Point{Keypad: r.Keypad != 0, AccessPoint: access.AccessPoint{
			Door: d.Name, Direction: dir, Zone: z.Name, Place: places[z.Kind],
			Officer: access.Post(z.Officer), Section: z.Section,
			Schedule: access.ScheduleID(d.Schedule), PIN: pinUses[d.PIN], PINHours: access.ScheduleID(d.PINHours),
			TwoPerson: z.TwoPerson, AntiPass: antipasses[z.Antipass], AntiPassFor: z.AntipassFor.Std(), Limit: z.Limit,
			Visitors: z.Visitors,
		}}
	}
	point(d.Entry, device.Entry)
	point(d.Leave, device.Exit)
	out.HasExit = d.Leave != nil
	return out
}

var (
	relocks    = map[string]door.Relock{"open": door.RelockOnOpen, "close": door.RelockOnClose}
	places     = map[string]access.Place{"management_room": access.ManagementRoom, "terminal_place": access.TerminalPlace, "storage": access.TerminalPlace}
	pinUses    = map[string]access.PINUse{"never": access.PINNever, "always": access.PINAlways, "outside_hours": access.PINOutsideHours}
	antipasses = map[string]access.APB{"off": access.APBOff, "soft": access.APBSoft, "hard": access.APBHard, "timed": access.APBTimed}
)
