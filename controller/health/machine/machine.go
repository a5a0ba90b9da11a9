// Package machine looks how this machine is: clock, disk, supply, versions. It reads what the kernel tells everybody and
// needs no rights; what is not told is left out, and nothing that it finds is an error.
package machine

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"kidoban/controller/wire"
	"kidoban/device/clock"
)

// Machine is this one.
type Machine struct {
	root string // "/"; another in tests
	data string
	soft wire.Software
	zone *time.Location

	state string // of the clock, last
	since time.Time
}

// New looks at the machine whose data directory is data; soft is what runs there beside the kernel.
func New(data string, soft wire.Software, zone *time.Location) *Machine {
	return At("/", data, soft, zone)
}

// At is New on a copy of the file system below root.
func At(root, data string, soft wire.Software, zone *time.Location) *Machine {
	m := &Machine{root: root, data: data, soft: soft, zone: zone}
	m.soft.Kernel = kernel()
	return m
}

// Look is how it is now. Call it from one goroutine.
func (m *Machine) Look(now time.Time) wire.Health {
	return wire.Health{
		Clock: m.clock(clock.Ask(), now), Disk: m.disk(), Board: m.board(), Software: m.soft, Booted: m.booted(now),
	}
}

func (m *Machine) stamp(t time.Time) string { return t.In(m.zone).Format(time.RFC3339) }

func (m *Machine) clock(q clock.Quality, now time.Time) wire.Clock {
	state := "unsynchronised"
	if q.Synchronised {
		state = "synchronised"
	}
	if state != m.state {
		m.state, m.since = state, now
	}
	return wire.Clock{State: state, Since: m.stamp(m.since), OffsetUS: micros(q.Offset), ErrorUS: micros(q.Error)}
}

func micros(d *time.Duration) *int64 {
	if d == nil {
		return nil
	}
	us := d.Microseconds()
	return &us
}

func (m *Machine) booted(now time.Time) string {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil {
		return ""
	}
	return m.stamp(now.Add(-time.Duration(ts.Nano())))
}

func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}

func (m *Machine) disk() wire.Disk {
	d := wire.Disk{Journal: files(m.data)}
	var st unix.Statfs_t
	if unix.Statfs(m.data, &st) == nil {
		d.Size, d.Free = int64(st.Blocks)*int64(st.Bsize), int64(st.Bavail)*int64(st.Bsize)
	}
	d.Wear, d.Spare = m.wear()
	return d
}

// files is what the files of a directory take; those in directories below it are somebody else's.
func files(dir string) (n int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		if i, err := e.Info(); err == nil && e.Type().IsRegular() {
			n += i.Size()
		}
	}
	return n
}

// wear asks the eMMC under the data directory. SD cards do not tell, and NVMe tells root alone.
func (m *Machine) wear() (percent *int, spare string) {
	var st unix.Stat_t
	if unix.Stat(m.data, &st) != nil {
		return nil, ""
	}
	device := filepath.Join(m.root, "sys/dev/block", strconv.Itoa(int(unix.Major(st.Dev)))+":"+strconv.Itoa(int(unix.Minor(st.Dev))))
	for _, d := range append([]string{device}, below(device)...) {
		for _, at := range []string{"device", "../device"} { // of a disk, of its partition
			if percent, spare = emmc(filepath.Join(real(d), at)); percent != nil || spare != "" {
				return percent, spare
			}
		}
	}
	return nil, ""
}

// below are the devices that an encrypted or joined one lies on.
func below(device string) []string {
	all, err := filepath.Glob(filepath.Join(device, "slaves", "*"))
	if err != nil {
		return nil
	}
	return all
}

func real(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}

// emmc reads JEDEC's two estimates, of which the worse counts, in steps of a tenth, and the state of the spare blocks.
func emmc(dir string) (percent *int, spare string) {
	for _, word := range strings.Fields(text(dir, "life_time")) {
		if n, err := strconv.ParseUint(word, 0, 8); err == nil && n > 0 && (percent == nil || int(n)*10 > *percent) {
			p := int(n) * 10
			percent = &p
		}
	}
	switch n, _ := strconv.ParseUint(text(dir, "pre_eol_info"), 0, 8); n {
	case 1:
		spare = "normal"
	case 2:
		spare = "warning"
	case 3:
		spare = "urgent"
	}
	return percent, spare
}

func (m *Machine) board() (b wire.Board) {
	if n, err := strconv.ParseInt(text(m.root, "sys/class/thermal/thermal_zone0/temp"), 10, 64); err == nil {
		c := float64(n/100) / 10
		b.Temperature = &c
	}
	monitors, err := fs.Glob(os.DirFS(m.root), "sys/class/hwmon/*")
	if err != nil {
		return b
	}
	for _, dir := range monitors {
		if text(m.root, dir, "name") == "rpi_volt" {
			low := text(m.root, dir, "in0_lcrit_alarm") == "1"
			b.Undervoltage = &low
		}
	}
	return b
}

func text(path ...string) string {
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
