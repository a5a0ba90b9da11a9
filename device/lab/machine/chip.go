package main

import (
	"fmt"
	"os"
	"path/filepath"

	"kidoban/device/lab"
)

// makeChip asks gpio-sim for a chip that a program cannot tell from a Raspberry Pi 4's by label, size and names.
func makeChip() error {
	const chip = "/sys/kernel/config/gpio-sim/door"
	bank := chip + "/bank0"
	settings := [][2]string{{bank + "/num_lines", fmt.Sprint(lab.ChipLines)}, {bank + "/label", lab.ChipLabel}}
	for i := range lab.ChipLines {
		settings = append(settings, [2]string{fmt.Sprintf("%s/line%d/name", bank, i), fmt.Sprintf("GPIO%d", i)})
	}
	settings = append(settings, [2]string{chip + "/live", "1"})
	for _, s := range settings {
		if err := os.MkdirAll(filepath.Dir(s[0]), 0o755); err != nil {
			return fmt.Errorf("make the simulated chip: %w", err)
		}
		if err := os.WriteFile(s[0], []byte(s[1]), 0o644); err != nil {
			return fmt.Errorf("make the simulated chip: %w", err)
		}
	}
	return nil
}
