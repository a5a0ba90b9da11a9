package lab

import (
	"fmt"
	"os"
	"path/filepath"
)

// Line is the outside world's end of one simulated line.
type Line struct {
	pull, value *os.File
}

// Open finds line n of the simulated chip.
func Open(n int) (*Line, error) {
	dirs, err := filepath.Glob(fmt.Sprintf("/sys/devices/platform/gpio-sim.*/gpiochip*/sim_gpio%d", n))
	if err != nil || len(dirs) != 1 {
		return nil, fmt.Errorf("find simulated line %d: %d found (%v)", n, len(dirs), err)
	}
	pull, err := os.OpenFile(dirs[0]+"/pull", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	value, err := os.Open(dirs[0] + "/value")
	if err != nil {
		return nil, err
	}
	return &Line{pull: pull, value: value}, nil
}

// Drive sets the level of an input, as a contact, a button or a reader does.
func (l *Line) Drive(high bool) error {
	level := "pull-down"
	if high {
		level = "pull-up"
	}
	_, err := l.pull.WriteAt([]byte(level), 0)
	return err
}

// High is the level on the line now, whoever drives it.
func (l *Line) High() (bool, error) {
	var b [1]byte
	if _, err := l.value.ReadAt(b[:], 0); err != nil {
		return false, err
	}
	return b[0] == '1', nil
}
