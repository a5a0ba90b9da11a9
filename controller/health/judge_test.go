package health_test

import (
	"testing"

	"kidoban/controller/health"
	"kidoban/controller/wire"
)

func machine(free int64, wear int, low bool, celsius float64) wire.Health {
	return wire.Health{Disk: wire.Disk{Free: free, Size: 1000, Wear: &wear}, Board: wire.Board{Undervoltage: &low, Temperature: &celsius}}
}

// TestJudge: each limit at its boundary, said once, and well again only after it has been calm for a while.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name string
		bad  wire.Health
		good wire.Health
		mode string
	}{
		{"disk", machine(99, 80, false, 80), machine(100, 80, false, 80), health.DiskNearlyFull},
		{"wear", machine(100, 90, false, 80), machine(100, 80, false, 80), health.DiskWorn},
		{"spare", wire.Health{Disk: wire.Disk{Spare: "urgent"}}, wire.Health{Disk: wire.Disk{Spare: "warning"}}, health.DiskWorn},
		{"supply", machine(100, 80, true, 80), machine(100, 80, false, 80), health.Undervoltage},
		{"heat", machine(100, 80, false, 80.1), machine(100, 80, false, 80), health.Hot},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := health.NewJudge(health.Default())
			if f := j.Look(c.good); len(f) != 0 {
				t.Fatalf("well: %+v", f)
			}
			if f := j.Look(c.bad); len(f) != 1 || f[0].Mode != c.mode || f[0].Well || f[0].Detail == "" {
				t.Fatalf("bad: %+v", f)
			}
			for range 5 {
				if f := append(j.Look(c.bad), j.Look(c.good)...); len(f) != 0 {
					t.Fatalf("said again: %+v", f)
				}
			}
			for i := range 5 {
				f := j.Look(c.good)
				if want := i == 4; want != (len(f) == 1 && f[0].Well && f[0].Mode == c.mode) || !want && len(f) != 0 {
					t.Fatalf("look %d: %+v", i, f)
				}
			}
			if f := j.Look(c.bad); len(f) != 1 || f[0].Well {
				t.Errorf("bad again: %+v", f)
			}
		})
	}
	if f := health.NewJudge(health.Default()).Look(wire.Health{}); len(f) != 0 {
		t.Errorf("what is not known: %+v", f)
	}
}
