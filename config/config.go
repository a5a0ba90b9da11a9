package config

import "time"

// Config is one controller's configuration file. Every key of it stands in sample.toml with its default and a comment.
type Config struct {
	Site       string    `toml:"site"`       // [a-z0-9][a-z0-9-]{0,31}: first part of every topic
	Controller string    `toml:"controller"` // the same form: this daemon
	RuleBasis  string    `toml:"rule_basis"` // the regulation and its version in force, for the record
	Contact    Contact   `toml:"contact"`
	Storage    Storage   `toml:"storage"`
	Clock      Clock     `toml:"clock"`
	MQTT       MQTT      `toml:"mqtt"`
	Access     Access    `toml:"access"`
	Panel      Panel     `toml:"panel"`
	Zones      []Zone    `toml:"zone"`
	Doors      []Door    `toml:"door"`
	Accounts   []Account `toml:"account"`
	Socket     Socket    `toml:"socket"`
}

// Contact is whom the sentences at the door name ({連絡先}), by day and by night.
type Contact struct {
	Day   string `toml:"day"`
	Night string `toml:"night"`
}

// Storage is where things lie.
type Storage struct {
	Data string `toml:"data"` // the database and what belongs to it
	Keys string `toml:"keys"` // signing key, card key; "" = systemd's credentials directory
}

// Clock says how far wall-clock time is to be believed.
type Clock struct {
	RTC       bool     `toml:"rtc"`         // the board has a battery-backed clock
	Grace     Duration `toml:"clock_grace"` // see access.Moment
	Unchecked bool     `toml:"unchecked"`   // believe the wall clock as it is (demonstration, virtual machines)
}

// MQTT is the way to the central log.
type MQTT struct {
	Broker     string   `toml:"broker"`   // "tls://host:8883"; "tcp://127.0.0.1:1883" only on loopback; "" = none
	Delivery   string   `toml:"delivery"` // "central" or "broker"
	CA         string   `toml:"ca"`
	Cert       string   `toml:"cert"`
	Key        string   `toml:"key"`
	Username   string   `toml:"username"`
	Password   string   `toml:"password_file"`
	CentralKey string   `toml:"central_key"` // the central log's verifier key (signed-note form), pinned
	Window     int      `toml:"window"`      // most unacknowledged entries in flight
	ReplayEach bool     `toml:"replay_single"`
	Names      bool     `toml:"publish_names"`
	KeepAlive  Duration `toml:"keep_alive"`
}

// Access are the rules' tunables that are the site's to set.
type Access struct {
	GrantTTL     Duration `toml:"grant_ttl"`     // 2s: a grant whose commit comes later is not carried out
	PINWait      Duration `toml:"pin_wait"`      // 10s from card to first key
	KeyWait      Duration `toml:"key_wait"`      // 5s between keys
	PINLength    int      `toml:"pin_length"`    // fewest digits, 4 to 8
	PINTries     int      `toml:"pin_tries"`     // wrong PINs until the lock-out
	PINLockout   Duration `toml:"pin_lockout"`   // 0 = until a person lifts it
	SecondWindow Duration `toml:"second_window"` // two-person rule: 1s to 60s
	DuplicateUse Duration `toml:"duplicate_use"` // the same card at two doors within this = duplicate_use; 0 = off
}

// Panel is the hardware at large.
type Panel struct {
	Kind   string   `toml:"kind"` // "gpio" or "sim"
	Chip   string   `toml:"chip"` // label of the GPIO chip: "pinctrl-bcm2711", "pinctrl-rp1", …
	Settle Duration `toml:"settle"`
	Tamper *Input   `toml:"tamper"` // the enclosure's switch
	Fire   *Input   `toml:"fire"`
	Mains  *Input   `toml:"mains_fail"`
	Spare  []int    `toml:"spare_lines"` // unused lines that may widen the kernel's edge buffer
}

// Input is one input line.
type Input struct {
	Line      int      `toml:"line"`       // line number on the panel's chip
	Chip      string   `toml:"chip"`       // "" = the panel's
	ActiveLow bool     `toml:"active_low"` // the line is low when what it is named for is so
	Pull      string   `toml:"pull"`       // "up", "down", "none" (external resistor)
	Debounce  Duration `toml:"debounce"`
}

// Output is one output line.
type Output struct {
	Line         int    `toml:"line"`
	Chip         string `toml:"chip"`
	ActiveLow    bool   `toml:"active_low"`
	PulseAtStart bool   `toml:"pulse_at_start_accepted"` // a strike that is active_low gets a pulse at every start
}

// Zone is a room or a place with one rule.
type Zone struct {
	Name        string   `toml:"name"`
	Title       string   `toml:"title"` // 住基ネット管理室
	Kind        string   `toml:"kind"`  // "management_room", "terminal_place", "storage"
	Officer     string   `toml:"officer"`
	Section     string   `toml:"section"`
	Antipass    string   `toml:"antipassback"` // "off", "soft", "hard", "timed"
	AntipassFor Duration `toml:"antipassback_for"`
	Limit       int      `toml:"limit"`
	Visitors    bool     `toml:"visitors"`
	TwoPerson   bool     `toml:"two_person"`
}

// Door is one door with its access points and its lines.
type Door struct {
	Name            string   `toml:"name"`
	Title           string   `toml:"title"`
	Zone            string   `toml:"zone"`
	Egress          string   `toml:"egress"` // the mechanical way out: "handle", "panic_bar", "key_inside"… must be declared
	Fail            string   `toml:"fail"`   // "secure" or "safe"
	Release         Duration `toml:"release"`
	ExtendedRelease Duration `toml:"extended_release"`
	Open            Duration `toml:"open"`
	ExtendedOpen    Duration `toml:"extended_open"`
	PreAlarm        Duration `toml:"pre_alarm"`
	Relock          string   `toml:"relock"` // "open" or "close"
	RelockDelay     Duration `toml:"relock_delay"`
	Schedule        string   `toml:"schedule"`
	PIN             string   `toml:"pin"` // "never", "always", "outside_hours"
	PINHours        string   `toml:"pin_hours"`

	Contact *Input  `toml:"door_contact"`
	Exit    *Input  `toml:"exit_button"`
	Tamper  *Input  `toml:"tamper"`
	Strike  *Output `toml:"strike"`
	Entry   *Reader `toml:"entry_reader"`
	Leave   *Reader `toml:"exit_reader"`
}

// Reader is one Wiegand reader.
type Reader struct {
	D0       int      `toml:"d0"`
	D1       int      `toml:"d1"`
	Chip     string   `toml:"chip"`
	Format   string   `toml:"format"`
	Facility *uint64  `toml:"facility"`     // nil = any
	Keypad   int      `toml:"keypad"`       // 0, 4 or 8 bits a key
	Buffered bool     `toml:"buffered_pin"` // refused: such a PIN cannot be told from a card
	FrameGap Duration `toml:"frame_gap"`    // 25ms to 50ms
	Green    *Output  `toml:"green"`
	Red      *Output  `toml:"red"`
	Buzzer   *Output  `toml:"buzzer"`
	Tamper   *Input   `toml:"tamper"`
}

// Account maps one uid of the machine to a name in the record.
type Account struct {
	Name   string   `toml:"name"`
	UID    int      `toml:"uid"`
	Person string   `toml:"person"`
	May    []string `toml:"may"` // "operate" (release, lockdown, alarms), "roster" (people and cards)
}

// Socket is where the command line finds the daemon.
type Socket struct {
	Path  string `toml:"path"`
	Group string `toml:"group"`
}

// Duration is a time.Duration written as "5s", "250ms", "168h".
type Duration time.Duration
