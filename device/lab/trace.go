package lab

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What tells the events of a trace apart.
type What uint8

// The events that a trace keeps.
const (
	LineSet    What = iota + 1 // Line, High: an output was given a level
	LineOutput                 // Line, High: it became an output at that level
	LineInput                  // Line: it became an input
	WriteBegun                 // Inode
	SyncBegun                  // Inode
	SyncDone                   // Inode, Failed
	Probed                     // Name: a function of a traced program was entered
)

// Event is one thing that the kernel saw, on the clock of Now, to the microsecond.
type Event struct {
	At     time.Duration
	What   What
	Line   int
	High   bool
	Inode  uint64
	Failed bool
	Name   string
}

// String is a line of a transcript.
func (e Event) String() string {
	at := fmt.Sprintf("%11.6f", e.At.Seconds())
	switch e.What {
	case LineSet, LineOutput:
		return fmt.Sprintf("%s GPIO%d %s %v", at, e.Line, [...]string{LineSet: "set", LineOutput: "output"}[e.What], e.High)
	case LineInput:
		return fmt.Sprintf("%s GPIO%d input", at, e.Line)
	case Probed:
		return at + " " + e.Name
	}
	name := [...]string{WriteBegun: "write", SyncBegun: "sync begun", SyncDone: "sync done"}[e.What]
	return fmt.Sprintf("%s inode %d %s, failed %v", at, e.Inode, name, e.Failed)
}

const tracing = "/sys/kernel/tracing/"

// traced are the kernel's events: what becomes of the simulated lines, and what ext4 is asked to write and to make durable.
var traced = [...]string{"gpio/gpio_value", "gpio/gpio_direction", "ext4/ext4_da_write_begin", "ext4/ext4_sync_file_enter", "ext4/ext4_sync_file_exit"}

// Trace begins a trace of the whole guest, throwing away any other. Only one runs at a time.
func Trace() error {
	steps := [][2]string{
		{"tracing_on", "0"}, {"trace_clock", "mono"}, {"buffer_size_kb", "32768"}, {"trace", ""},
		{"events/gpio/gpio_value/filter", "get==0"},
	}
	for _, e := range traced {
		steps = append(steps, [2]string{"events/" + e + "/enable", "1"})
	}
	for _, s := range append(steps, [2]string{"tracing_on", "1"}) {
		if err := os.WriteFile(tracing+s[0], []byte(s[1]), 0o644); err != nil {
			return fmt.Errorf("begin the trace: %w", err)
		}
	}
	return nil
}

// TraceEnd ends the trace and gives what it holds, oldest first. A trace that lost an event is an error, since what it
// does not show might have happened.
func TraceEnd() ([]Event, error) {
	if err := os.WriteFile(tracing+"tracing_on", []byte("0"), 0o644); err != nil {
		return nil, fmt.Errorf("end the trace: %w", err)
	}
	base, err := chipBase()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(tracing + "trace")
	if err != nil {
		return nil, err
	}
	stats, err := os.ReadFile(tracing + "per_cpu/cpu0/stats")
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(stats, []byte("\noverrun: 0\n")) {
		return nil, errors.New("read the trace: its buffer was too small")
	}
	return parseTrace(text, base)
}

// parseTrace reads the kernel's text form: "TASK-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: FIELDS".
func parseTrace(text []byte, base int) ([]Event, error) {
	var events []Event
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		line := s.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		_, rest, _ := strings.Cut(line, "] ")
		head, fields, _ := strings.Cut(rest, ": ")
		name, fields, ok := strings.Cut(fields, ": ")
		if !ok {
			return nil, fmt.Errorf("read the trace: unknown form %q", line)
		}
		stamp := head[strings.LastIndexByte(head, ' ')+1:]
		at, err := time.ParseDuration(stamp + "s")
		if err != nil {
			return nil, fmt.Errorf("read the trace: %w", err)
		}
		e, err := parseEvent(name, strings.Fields(fields), base)
		if err != nil {
			return nil, fmt.Errorf("read the trace: %q: %w", line, err)
		}
		e.At = at
		events = append(events, e)
	}
	return events, nil
}

func parseEvent(name string, f []string, base int) (Event, error) {
	switch name {
	case "gpio_value": // "470 set 1"
		n, err := strconv.Atoi(at(f, 0))
		return Event{What: LineSet, Line: n - base, High: at(f, 2) == "1"}, err
	case "gpio_direction": // "470 out (0)": the number in brackets is the error
		n, err := strconv.Atoi(at(f, 0))
		e := Event{What: LineInput, Line: n - base, Failed: at(f, 2) != "(0)"}
		if at(f, 1) == "out" {
			e.What = LineOutput
		}
		return e, err
	case "ext4_da_write_begin", "ext4_sync_file_enter", "ext4_sync_file_exit": // "dev 254,0 ino 13 …"
		n, err := strconv.ParseUint(at(f, 3), 10, 64)
		e := Event{Inode: n, What: map[byte]What{'d': WriteBegun, 's': SyncBegun}[name[5]]}
		if strings.HasSuffix(name, "_exit") { // "… ret 0"
			e.What, e.Failed = SyncDone, at(f, 5) != "0"
		}
		return e, err
	}
	return Event{What: Probed, Name: name}, nil
}

func at(f []string, i int) string {
	if i < len(f) {
		return f[i]
	}
	return ""
}

// chipBase is the number that the kernel's own count of all lines begins at for the simulated chip.
func chipBase() (int, error) {
	labels, err := filepath.Glob("/sys/class/gpio/gpiochip*/label")
	if err != nil {
		return 0, err
	}
	for _, l := range labels {
		if b, err := os.ReadFile(l); err == nil && strings.TrimSpace(string(b)) == ChipLabel {
			b, err := os.ReadFile(filepath.Dir(l) + "/base")
			if err != nil {
				return 0, err
			}
			return strconv.Atoi(strings.TrimSpace(string(b)))
		}
	}
	return 0, fmt.Errorf("find chip %s: not among %d chips", ChipLabel, len(labels))
}
