// Package health judges how machines are: which of them somebody should look after before a door suffers. It is pure;
// controller/health/machine looks.
package health

import (
	"fmt"
	"slices"

	"kidoban/controller/wire"
)

// Limits are what a machine may come to before it counts as degraded.
type Limits struct {
	DiskFree    int // percent of the disk that must be free
	DiskWear    int // percent of its life that the medium may have used up
	Temperature int // degrees Celsius of the processor
}

// The modes of system.degraded and system.recovered that are judged here.
const (
	DiskNearlyFull = "disk_nearly_full"
	DiskWorn       = "disk_worn"
	Undervoltage   = "undervoltage"
	Hot            = "hot"
)

// Finding is a change for the record.
type Finding struct {
	Mode   string
	Well   bool
	Detail string // fixed English
}

// Judge remembers what is degraded. Something is well again when it has been so for calm looks in a row.
type Judge struct {
	limits Limits
	bad    map[string]int // looks in a row that found it well
}

const calm = 6

// NewJudge begins with a machine that is well.
func NewJudge(l Limits) *Judge { return &Judge{limits: l, bad: map[string]int{}} }

// Look judges a machine as it is now, and tells what has changed.
func (j *Judge) Look(h wire.Health) (found []Finding) {
	bad := j.limits.exceeded(h)
	for _, mode := range []string{DiskNearlyFull, DiskWorn, Undervoltage, Hot} {
		detail, is := bad[mode]
		_, was := j.bad[mode]
		switch {
		case is:
			j.bad[mode] = 0
			if !was {
				found = append(found, Finding{Mode: mode, Detail: detail})
			}
		case was:
			if j.bad[mode]++; j.bad[mode] == calm {
				delete(j.bad, mode)
				found = append(found, Finding{Mode: mode, Well: true})
			}
		}
	}
	return found
}

// exceeded says by mode what is beyond its limit. What is not known exceeds nothing.
func (l Limits) exceeded(h wire.Health) map[string]string {
	bad := map[string]string{}
	if d := h.Disk; d.Size > 0 && d.Free*100 < d.Size*int64(l.DiskFree) {
		bad[DiskNearlyFull] = fmt.Sprintf("%d%% of the disk is free, less than %d%%", d.Free*100/d.Size, l.DiskFree)
	}
	if w := h.Disk.Wear; w != nil && *w > l.DiskWear || h.Disk.Spare == "urgent" {
		bad[DiskWorn] = "the medium is nearly worn out: replace it"
	}
	if v := h.Board.Undervoltage; v != nil && *v {
		bad[Undervoltage] = "the supply is too weak"
	}
	if t := h.Board.Temperature; t != nil && *t > float64(l.Temperature) {
		bad[Hot] = fmt.Sprintf("the processor is hotter than %d degrees", l.Temperature)
	}
	return bad
}

// Problems are what is beyond its limit now, in words, in a fixed order.
func (l Limits) Problems(h wire.Health) (out []string) {
	for _, detail := range l.exceeded(h) {
		out = append(out, detail)
	}
	slices.Sort(out)
	return out
}

// Default is what holds where nothing else is said.
func Default() Limits { return Limits{DiskFree: 10, DiskWear: 80, Temperature: 80} }
