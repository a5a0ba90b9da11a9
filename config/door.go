package config

// Zone is a room or a place with one rule and one register. Every door into it is listed.
type Zone struct {
	// Name of the form of site; two zones never share one. Required. [システム管理者(23(3))]
	Name string `toml:"name"`
	// What people call it, on the register and on the sentences at the door: "住基ネット管理室". Default: the name.
	// [セキュリティ責任者]
	Title string `toml:"title"`
	// "management_room" (Article 20), "terminal_place" (Article 11(2)) or "storage". Required. [訓令]
	Kind string `toml:"kind"`
	// The post that answers for it: "security-officer" (市民課長) or "west-branch-head" (西支所長). A management_room has
	// 市民課長 alone (Articles 11(6), 20), and that is its default; required for the others. [訓令]
	Officer string `toml:"officer"`
	// The section whose staff may enter. A management_room has "civic-affairs" (市民課, Article 20(1)(2)), its default;
	// required for the others. [訓令]
	Section string `toml:"section"`
	// "off", "soft" (let in, alert), "hard" (refused while recorded inside) or "timed" (refused for antipassback_for after
	// an entry). Leaving is never refused. Needs an exit reader at every door. Default "off". [セキュリティ責任者]
	Antipass string `toml:"antipassback"`
	// With "timed", and only then: up to 24 h. Default "0s". [セキュリティ責任者]
	AntipassFor Duration `toml:"antipassback_for"`
	// Most persons inside, 0 to 1000; 0 is no limit. Needs an exit reader at every door. Default 0. [セキュリティ責任者]
	Limit int `toml:"limit"`
	// Permit holders (入室者) enter here, escorted. Needs an exit reader at every door. Default false. [訓令]
	Visitors bool `toml:"visitors"`
	// Nobody enters alone: a second entitled person within access.second_window. Default false. [セキュリティ責任者]
	TwoPerson bool `toml:"two_person"`
}

// Door is one door with its lines; a controller has up to 8. Times are in words of the trade: the strike is released for
// release, the door may stand open for open, a warning sounds pre_alarm before that ends.
type Door struct {
	// Name of the form of site, part of topics; two doors never share one. Required. [システム管理者(23(3))]
	Name string `toml:"name"`
	// What people call it. Default: the name. [セキュリティ責任者]
	Title string `toml:"title"`
	// The zone it leads into. Required. [セキュリティ責任者]
	Zone string `toml:"zone"`
	// The mechanical way out, which opens the door from inside without key, power or software: "handle", "panic_bar" or
	// "thumb_turn". Required, and not believed but promised: look before you write it. [市長(26)]
	Egress string `toml:"egress"`
	// Without power the door is, from outside, "secure" (locked) or "safe" (open). Default "secure". [市長(26)]
	Fail string `toml:"fail"`
	// The strike is released for this long, 0.1 to 255 s. Default "5s". [セキュリティ責任者]
	Release Duration `toml:"release"`
	// The same for holders who need longer, not below release. Default "10s". [セキュリティ責任者]
	ExtendedRelease Duration `toml:"extended_release"`
	// The door may stand open this long before it is held open, 1 s to 1 h; never without end. Default "20s".
	// [セキュリティ責任者]
	Open Duration `toml:"open"`
	// The same for holders who need longer, not below open. Default "60s". [セキュリティ責任者]
	ExtendedOpen Duration `toml:"extended_open"`
	// The warning sounds this long before the open time ends, shorter than open; "0s" is none. Default "5s". [製品既定値]
	PreAlarm Duration `toml:"pre_alarm"`
	// The strike is secured once the door is seen to "open" or to "close". "close" needs a door contact. Default "open".
	// [製品既定値]
	Relock string `toml:"relock"`
	// And this much later, up to 10 s. Default "0s". [製品既定値]
	RelockDelay Duration `toml:"relock_delay"`
	// Name of the roster's schedule outside which nobody enters. Default "": at any hour. [セキュリティ責任者]
	Schedule string `toml:"schedule"`
	// A PIN beside the card at the entry reader: "never", "always" or "outside_hours". Needs a keypad. Default "never"
	// (for a management_room a warning). [システム管理者(23(3))]
	PIN string `toml:"pin"`
	// Name of the roster's schedule in which no PIN is asked for. With "outside_hours", and only then. Default "".
	// [システム管理者(23(3))]
	PINHours string `toml:"pin_hours"`

	// The door's contact. Default: none (a warning: nothing forced, held or not taken is seen). [システム管理者(23(3))]
	Contact *Input `toml:"door_contact"`
	// The button that releases the strike from inside. Default: none. [市長(26)]
	Exit *Input `toml:"exit_button"`
	// A tamper switch at the door. Default: none. [システム管理者(23(3))]
	Tamper *Input `toml:"tamper"`
	// The strike. Required. [システム管理者(23(3))]
	Strike *Output `toml:"strike"`
	// A lamp that is on while an alarm of this door, of its zone or of the controller waits for somebody to acknowledge it;
	// never for duress, nor for a drill. Default: none. [セキュリティ責任者]
	Lamp *Output `toml:"lamp"`
	// A siren: while the door is forced, held open or tampered with, until it is acknowledged, silenced (kidoban siren off)
	// or siren_for is over. Default: none. [セキュリティ責任者]
	Siren *Output `toml:"siren"`
	// The siren sounds at most this long each time, 5 s to 15 m. Default "3m". [セキュリティ責任者]
	SirenFor Duration `toml:"siren_for"`
	// The reader outside. Required. [システム管理者(23(3))]
	Entry *Reader `toml:"entry_reader"`
	// The reader inside. Default: none. Any whole frame there releases. [セキュリティ責任者]
	Leave *Reader `toml:"exit_reader"`
}

// SetDefaults implements source.Defaulter.
func (z *Zone) SetDefaults() { z.Antipass = "off" }

// SetDefaults implements source.Defaulter.
func (d *Door) SetDefaults() {
	*d = Door{
		Fail: "secure", Release: seconds(5), ExtendedRelease: seconds(10), Open: seconds(20), ExtendedOpen: seconds(60),
		PreAlarm: seconds(5), Relock: "open", PIN: "never", SirenFor: seconds(180),
	}
}
