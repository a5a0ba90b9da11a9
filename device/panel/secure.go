package panel

import (
	"errors"
	"fmt"
	"log/slog"

	"kidoban/config"
)

// SecureAll drives every strike line of the config to its safe level and gives it back: what is left to do after a daemon
// that died, where the kernel keeps outputs driven. It goes on past lines that fail and joins their errors.
func SecureAll(cfg config.Panel, doors []config.Door, log *slog.Logger) error {
	if err := Prepare(log); err != nil {
		return err
	}
	return secureAll(cfg, doors, periphBoard{})
}

func secureAll(cfg config.Panel, doors []config.Door, b board) error {
	var all []error
	for _, o := range newPlan(cfg, doors).strikes {
		d := driven{plannedOutput: o}
		set, err := b.Request(o.chip, use{Output: true}, o.number)
		if err == nil {
			d.set = set
			err = errors.Join(d.drive(false), set.Close())
		}
		if err != nil {
			all = append(all, fmt.Errorf("secure %v: %w", o.point, err))
		}
	}
	return errors.Join(all...)
}
