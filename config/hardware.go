package config

import "time"

// Panel is the hardware at large.
type Panel struct {
	// "gpio" (real lines) or "sim" (no hardware: driven from the console and the command line). Default "gpio".
	// [システム管理者(23(3))]
	Kind string `toml:"kind"`
	// Label of the GPIO chip as gpiodetect prints it: "pinctrl-bcm2835" (Pi 3), "pinctrl-bcm2711" (Pi 4),
	// "pinctrl-rp1" (Pi 5). Default "pinctrl-bcm2711". Only with kind "gpio". [システム管理者(23(3))]
	Chip string `toml:"chip"`
	// After the start inputs are read but not believed for this long, 100 ms to 10 s. Default "500ms". [製品既定値]
	Settle Duration `toml:"settle"`
	// The enclosure's tamper switch. Default: none. [システム管理者(23(3))]
	Tamper *Input `toml:"tamper"`
	// The fire panel's contact: recorded and alarmed. It releases nothing; the lock's power falls by wire. Default: none.
	// [市長(26)]
	Fire *Input `toml:"fire"`
	// The power supply's mains-failed contact. Default: none. [システム管理者(23(3))]
	Mains *Input `toml:"mains_fail"`
	// Unused lines of the chip that are read along with the card readers, so that the kernel keeps more edges for us
	// (16 a line). Default []. Only with kind "gpio"; wire nothing to them. [製品既定値]
	Spare []int `toml:"spare_lines"`
}

// Input is one input line.
type Input struct {
	// Line number on the chip as gpioinfo prints it (GPIO17 is 17). Required with panel.kind "gpio", refused with "sim".
	// One line has one use. Prefer 5, 6, 12, 13 and 16 to 27: others have duties of their own. [システム管理者(23(3))]
	Line int `toml:"line"`
	// Label of another chip. Default "": the panel's. [システム管理者(23(3))]
	Chip string `toml:"chip"`
	// The line is low when what it is named for is so: door open, button pressed, cover off. Default false.
	// [システム管理者(23(3))]
	ActiveLow bool `toml:"active_low"`
	// Resistor at the pin: "up", "down", or "none" (there is one outside; the kernel's is left as it was). Default "up".
	// [システム管理者(23(3))]
	Pull string `toml:"pull"`
	// The level must hold this long to be believed, 1 to 100 ms. Default "20ms". The exit button takes 50 ms at least.
	// [製品既定値]
	Debounce Duration `toml:"debounce"`
}

// Output is one output line.
type Output struct {
	// Line number on the chip. Required with panel.kind "gpio", refused with "sim". One line has one use.
	// [システム管理者(23(3))]
	Line int `toml:"line"`
	// Label of another chip. Default "": the panel's. [システム管理者(23(3))]
	Chip string `toml:"chip"`
	// The output works while the line is low. Refused for a strike unless pulse_at_start_accepted is set. Default false.
	// [システム管理者(23(3))]
	ActiveLow bool `toml:"active_low"`
	// Accept that an active-low strike is driven for some microseconds at every start. Only for a strike that is
	// active_low. Default false. [セキュリティ責任者]
	PulseAtStart bool `toml:"pulse_at_start_accepted"`
}

// Reader is one Wiegand reader. Its lines are 5 V: never wire them to a Pi without a level shifter or divider.
type Reader struct {
	// Line of the wire DATA0. Required with panel.kind "gpio", refused with "sim". [システム管理者(23(3))]
	D0 int `toml:"d0"`
	// Line of the wire DATA1, unlike d0 and of the same chip. Required likewise. [システム管理者(23(3))]
	D1 int `toml:"d1"`
	// Label of another chip. Default "": the panel's. [システム管理者(23(3))]
	Chip string `toml:"chip"`
	// The one card format the reader sends: "H10301" (26 bits), "H10306" (34), "H10302", "H10304" (37), "C1k35s", "C1k48s"
	// (Corporate 1000), "RAW32", "RAW56" …; kidoban reader decode lists them. Required: the length alone does not tell the
	// format, it is never guessed. [システム管理者(23(3))]
	Format string `toml:"format"`
	// The facility code of the site's cards; others are refused as misread. Default: any (a warning where the format has
	// one: two wrong bits can turn a card into another's). [システム管理者(23(3))]
	Facility *uint64 `toml:"facility"`
	// Bits a key of its keypad sends: 0 (none), 4 or 8. Prefer 8: a 4-bit key has no check. Default 0.
	// [システム管理者(23(3))]
	Keypad int `toml:"keypad"`
	// Always false: a reader that sends a PIN as a card frame is refused. Default false. [製品既定値]
	Buffered bool `toml:"buffered_pin"`
	// Silence that ends a frame, 25 to 50 ms. Default "25ms". [製品既定値]
	FrameGap Duration `toml:"frame_gap"`
	// The reader's green lamp. Default: none. [システム管理者(23(3))]
	Green *Output `toml:"green"`
	// The reader's red lamp. Default: none. [システム管理者(23(3))]
	Red *Output `toml:"red"`
	// The reader's buzzer. Default: none. [システム管理者(23(3))]
	Buzzer *Output `toml:"buzzer"`
	// The reader's tamper contact. Default: none. [システム管理者(23(3))]
	Tamper *Input `toml:"tamper"`
}

// SetDefaults implements source.Defaulter.
func (p *Panel) SetDefaults() {
	p.Kind, p.Chip, p.Settle = "gpio", "pinctrl-bcm2711", Duration(500*time.Millisecond)
}

// SetDefaults implements source.Defaulter.
func (i *Input) SetDefaults() {
	i.Line, i.Pull, i.Debounce = unset, "up", Duration(20*time.Millisecond)
}

// SetDefaults implements source.Defaulter.
func (o *Output) SetDefaults() { o.Line = unset }

// SetDefaults implements source.Defaulter.
func (r *Reader) SetDefaults() {
	r.D0, r.D1, r.FrameGap = unset, unset, Duration(25*time.Millisecond)
}
