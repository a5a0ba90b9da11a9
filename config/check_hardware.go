package config

import (
	"fmt"
	"strings"
	"time"

	"kidoban/device/wiegand"
)

func (k *checker) panel(p *Panel) {
	k.oneOf("panel.kind", p.Kind, "gpio", "sim")
	k.span("panel.settle", p.Settle, 100*time.Millisecond, 10*time.Second)
	k.input("panel.tamper", p.Tamper)
	k.input("panel.fire", p.Fire)
	k.input("panel.mains_fail", p.Mains)
	for i, line := range p.Spare {
		k.line(fmt.Sprintf("panel.spare_lines[%d]", i), "", line)
	}
	switch {
	case k.sim && k.places.Has("panel.chip"):
		k.refuse("panel.chip", simOnly)
	case k.sim:
		p.Chip = ""
	case p.Chip == "":
		k.refuse("panel.chip", "is missing; gpiodetect prints the labels of this machine")
	}
}

const simOnly = `panel.kind is "sim", which has no lines: whoever reads this file would believe in a lock that is not driven; remove it, or set kind = "gpio"`

func (k *checker) doorLines(path string, d *Door) {
	k.input(path+".door_contact", d.Contact)
	k.input(path+".exit_button", d.Exit)
	k.input(path+".tamper", d.Tamper)
	k.lamp(path+".lamp", d.Lamp)
	k.lamp(path+".siren", d.Siren)
	k.span(path+".siren_for", d.SirenFor, 5*time.Second, 15*time.Minute)
	k.reader(path+".entry_reader", d.Entry)
	k.reader(path+".exit_reader", d.Leave)
	if d.Strike == nil {
		k.refuse(path+".strike", "is missing; the door could never be released")
	} else {
		k.strike(path+".strike", d.Strike)
	}
	if d.Entry == nil {
		k.refuse(path+".entry_reader", "is missing; nobody could ask to enter")
	} else if f, err := wiegand.Lookup(d.Entry.Format); err == nil {
		k.warn(path+".entry_reader.format", "%s", cloneable(f))
	}
	switch {
	case d.Contact == nil && d.Relock == "close":
		k.refuse(path+".relock", `"close" needs a door_contact: without one nobody sees the door close, and the strike would wait for its full time`)
	case d.Contact == nil:
		k.warn(path+".door_contact", "without one nothing forced, held or not taken is seen; a grant counts as an entry")
	case d.Exit == nil && d.Leave == nil:
		k.warn(path+".exit_button", "neither an exit button nor an exit reader: whoever leaves by the handle is seen as a door forced")
	}
}

func (k *checker) strike(path string, o *Output) {
	k.line(path+".line", o.Chip, o.Line)
	switch {
	case o.ActiveLow && !o.PulseAtStart:
		k.refuse(path+".active_low", "an active-low strike is driven for a moment at every start of the daemon, which can release the door; wire it active-high, or accept it with pulse_at_start_accepted = true")
	case !o.ActiveLow && o.PulseAtStart:
		k.refuse(path+".pulse_at_start_accepted", "has no meaning unless the strike is active_low; remove it")
	}
}

func (k *checker) lamp(path string, o *Output) {
	if o == nil {
		return
	}
	k.line(path+".line", o.Chip, o.Line)
	if o.PulseAtStart {
		k.refuse(path+".pulse_at_start_accepted", "is for strikes; remove it")
	}
}

func (k *checker) input(path string, i *Input) {
	if i == nil {
		return
	}
	k.line(path+".line", i.Chip, i.Line)
	k.oneOf(path+".pull", i.Pull, "up", "down", "none")
	if i.Debounce.Std() < time.Millisecond || i.Debounce.Std() > 100*time.Millisecond {
		k.refuse(path+".debounce", "lies outside 1ms to 100ms; longer, and a pulse of 400 ms could be missed")
	}
}

// line claims a line for the use that path names.
func (k *checker) line(path, chip string, line int) {
	switch {
	case k.sim && k.places.Has(path):
		k.refuse(path, simOnly)
		return
	case k.sim:
		return
	case line == unset && !k.places.Has(path):
		k.refuse(path, "is missing; gpioinfo prints the lines of this machine")
		return
	case line < 0:
		k.refuse(path, "a line number is not negative")
		return
	}
	if chip == "" {
		chip = k.chip
	}
	at := gpioLine{chip, line}
	if first, ok := k.lines[at]; ok {
		k.refuse(path, "line %d has a use already: %s (line %d of this file); one line has one use", line, first, k.places.At(first).Line)
		return
	}
	k.lines[at] = path
	header := line == 5 || line == 6 || line == 12 || line == 13 || line >= 16 && line <= 27
	if strings.HasPrefix(chip, "pinctrl-") && !header {
		k.warn(path, "line %d may have a duty of its own (I2C, SPI, serial, boot); prefer 5, 6, 12, 13 and 16 to 27", line)
	}
}

func (k *checker) reader(path string, r *Reader) {
	if r == nil {
		return
	}
	if !k.sim && r.D0 >= 0 && r.D0 == r.D1 {
		k.refuse(path+".d1", "is the same line as d0; a Wiegand reader has two data wires, DATA0 and DATA1")
	} else {
		k.line(path+".d0", r.Chip, r.D0)
		k.line(path+".d1", r.Chip, r.D1)
	}
	k.format(path, r)
	switch r.Keypad {
	case 0, 8:
	case 4:
		k.warn(path+".keypad", "4-bit keys carry no check, a disturbance can pass as a key; set the reader to 8 bits if it can")
	default:
		k.refuse(path+".keypad", "is 0 (none), 4 or 8 bits a key")
	}
	if r.Buffered {
		k.refuse(path+".buffered_pin", "a buffered PIN arrives as a card frame of facility 0 and cannot be told from a card: it would be looked up and recorded as one; set the reader to send single keys")
	}
	k.span(path+".frame_gap", r.FrameGap, 25*time.Millisecond, 50*time.Millisecond)
	k.lamp(path+".green", r.Green)
	k.lamp(path+".red", r.Red)
	k.lamp(path+".buzzer", r.Buzzer)
	k.input(path+".tamper", r.Tamper)
}

func (k *checker) format(path string, r *Reader) {
	if r.Format == "" {
		k.refuse(path+".format", "is missing: the length alone does not tell the format; it is one of %s", formatNames())
		return
	}
	f, err := wiegand.Lookup(r.Format)
	if err != nil {
		k.refuse(path+".format", "is not a card format; it is one of %s", formatNames())
		return
	}
	switch {
	case r.Facility == nil && f.HasFacility():
		k.warn(path+".facility", "any facility code is taken: two wrong bits can turn a card into another's; set the site's code")
	case r.Facility != nil && !f.HasFacility():
		k.refuse(path+".facility", "%s has no facility code; remove it", f.Name())
	case r.Facility != nil && *r.Facility > f.MaxFacility():
		k.refuse(path+".facility", "%s has facility codes up to %d", f.Name(), f.MaxFacility())
	}
}

func cloneable(f wiegand.Format) string {
	if !f.Checked() {
		return f.Name() + " is a card's serial number without any check: readers differ in its order, a disturbed read passes, and anyone can copy it; add a PIN"
	}
	return "Wiegand cards are easily copied, and the wire can be listened to; protect it, and add a PIN"
}

func formatNames() string {
	all := wiegand.Formats()
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name()
	}
	return strings.Join(names, ", ")
}
