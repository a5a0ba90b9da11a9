package panel

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"kidoban/device"
)

// probe tests the delivery of edges once, on a spare line, while it is still free.
func (p *Panel) probe(b board, pl *plan) {
	if len(pl.spare) == 0 || len(pl.readers) == 0 {
		return
	}
	s := pl.spare[0]
	if err := b.Probe(s.chip, s.number); err != nil {
		p.problems = append(p.problems, Problem{Point: "spare line", Text: err.Error()})
	}
}

// SelfTest says what a person should look at before the doors are relied on: lines that could not be had, edges that are
// not delivered, strikes that do not follow, pins that move while the machine boots, and a kernel that would keep a strike
// driven after a crash, which is also reported as device.OutputsPersist. It drives nothing.
func (p *Panel) SelfTest(ctx context.Context) []Problem {
	out := append([]Problem(nil), p.problems...)
	p.out.mu.Lock()
	for _, s := range p.out.strikes {
		if ctx.Err() != nil {
			break
		}
		if s.set != nil {
			if err := s.readBack(); err != nil {
				out = append(out, Problem{s.door, s.name, err.Error()})
			}
		}
		if pulledUpAtReset(s.place) {
			out = append(out, Problem{s.door, s.name, fmt.Sprintf(
				"%v is pulled up while the machine boots, which may work the lock: wire strikes to 12, 13 or 16 to 27", s.place)})
		}
	}
	p.out.mu.Unlock()
	if why := outputsPersist(p.sys); why != "" {
		p.queue.push(device.Event{At: p.clk.Now(), Kind: device.OutputsPersist, Diagnosis: why, AtStart: true})
		out = append(out, Problem{Point: "strike", Text: why})
	}
	return out
}

// pulledUpAtReset knows the Raspberry Pi's pins 0 to 8, the only ones whose pull is up until somebody changes it.
func pulledUpAtReset(p place) bool {
	return p.number <= 8 && (strings.HasPrefix(p.chip, "pinctrl-bcm2") || p.chip == "pinctrl-rp1")
}

// outputsPersist reads from the kernel's module parameters whether a line stays driven when its owner dies, which is what
// Raspberry Pi's kernels do unless told otherwise; "" = it does not, or the driver knows no such thing.
func outputsPersist(sys fs.FS) string {
	for name, bad := range map[string]string{"persist_gpio_outputs": "Y", "strict_gpiod": "N"} {
		files, err := fs.Glob(sys, "module/pinctrl_*/parameters/"+name)
		if err != nil {
			continue
		}
		for _, f := range files {
			b, err := fs.ReadFile(sys, f)
			if err != nil {
				return fmt.Sprintf("cannot read /sys/%s: whether a crash leaves a strike driven is not known", f)
			}
			if strings.TrimSpace(string(b)) == bad {
				return fmt.Sprintf("/sys/%s is %s: a crash would leave a strike driven; put dtparam=strict_gpiod in config.txt", f, bad)
			}
		}
	}
	return ""
}
