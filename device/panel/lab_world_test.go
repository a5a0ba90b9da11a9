//go:build lab

package panel_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// --- the outside world ---

func attribute(line int, name string) string {
	g, _ := filepath.Glob(fmt.Sprintf("/sys/devices/platform/gpio-sim.*/gpiochip*/sim_gpio%d/%s", line, name))
	if len(g) != 1 {
		panic(fmt.Sprint("no simulated line ", line))
	}
	return g[0]
}

func set(line int, high bool) {
	to := "pull-down"
	if high {
		to = "pull-up"
	}
	if err := os.WriteFile(attribute(line, "pull"), []byte(to), 0); err != nil {
		panic(err)
	}
}

func isHigh(line int) bool {
	b, err := os.ReadFile(attribute(line, "value"))
	return err == nil && strings.TrimSpace(string(b)) == "1"
}

// frame sends one Wiegand frame, a bit every millisecond, each 50 µs low.
func frame(bits string) {
	var f [2]*os.File
	for i, l := range []int{d0, d1} {
		w, err := os.OpenFile(attribute(l, "pull"), os.O_WRONLY, 0)
		if err != nil {
			panic(err)
		}
		defer w.Close()
		f[i] = w
	}
	next := time.Now()
	for _, b := range []byte(bits) {
		for time.Now().Before(next) {
			if d := time.Until(next); d > 300*time.Microsecond {
				time.Sleep(d - 200*time.Microsecond)
			}
		}
		w := f[b&1]
		w.WriteAt([]byte("pull-down"), 0)
		for low := time.Now(); time.Since(low) < 50*time.Microsecond; {
		}
		w.WriteAt([]byte("pull-up"), 0)
		next = next.Add(time.Millisecond)
	}
}

// --- the kernel's trace ---

const tracing = "/sys/kernel/tracing/"

func traceOn(t *testing.T) {
	t.Helper()
	for _, w := range [][2]string{
		{"tracing_on", "0"}, {"trace_clock", "mono"}, {"trace", ""}, {"events/gpio/enable", "1"}, {"tracing_on", "1"},
	} {
		if err := os.WriteFile(tracing+w[0], []byte(w[1]), 0); err != nil {
			t.Fatal(err)
		}
	}
}

type traced struct {
	at   time.Duration
	what string // "set 1", "out", "in", …
}

var tracedLine = regexp.MustCompile(`(\d+\.\d+): gpio_(?:value|direction): +(\d+) +(\S+(?: \d)?)`)

// traceOff gives what happened to one line.
func traceOff(t *testing.T, line int) (out []traced) {
	t.Helper()
	os.WriteFile(tracing+"tracing_on", []byte("0"), 0)
	b, err := os.ReadFile(tracing + "trace")
	if err != nil {
		t.Fatal(err)
	}
	global := strconv.Itoa(chipBase(t) + line)
	for _, m := range tracedLine.FindAllStringSubmatch(string(b), -1) {
		if m[2] == global {
			s, _ := strconv.ParseFloat(m[1], 64)
			out = append(out, traced{time.Duration(s * 1e9), m[3]})
		}
	}
	return out
}

func chipBase(t *testing.T) int {
	t.Helper()
	labels, _ := filepath.Glob("/sys/class/gpio/gpiochip*/label")
	for _, l := range labels {
		if b, _ := os.ReadFile(l); strings.TrimSpace(string(b)) == chip {
			b, _ := os.ReadFile(filepath.Dir(l) + "/base")
			n, err := strconv.Atoi(strings.TrimSpace(string(b)))
			if err == nil {
				return n
			}
		}
	}
	t.Fatal("the chip's first global number is not to be found")
	return 0
}
