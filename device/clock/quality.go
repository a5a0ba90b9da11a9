package clock

import (
	"time"

	"golang.org/x/sys/unix"
)

// Quality is how far the kernel believes its clock. Offset and Error are nil where it does not say.
type Quality struct {
	Synchronised bool
	Offset       *time.Duration // still to be corrected
	Error        *time.Duration // at most wrong by this
}

// Ask is Synchronised with the kernel's reckoning beside it. What cannot be found out counts as not synchronised.
func Ask() Quality {
	yes, err := Synchronised()
	q := Quality{Synchronised: yes && err == nil}
	var x unix.Timex
	if _, err := unix.Adjtimex(&x); err != nil || !q.Synchronised {
		return q
	}
	unit := time.Microsecond
	if x.Status&unix.STA_NANO != 0 {
		unit = time.Nanosecond
	}
	offset, most := time.Duration(x.Offset)*unit, time.Duration(x.Maxerror)*time.Microsecond
	q.Offset, q.Error = &offset, &most
	return q
}
