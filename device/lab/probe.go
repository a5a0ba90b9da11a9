package lab

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// Probe puts two more events into the traces that follow: Probed with the name entered whenever a function of an arm64
// program is called, and with the name left whenever it returns. The program needs its symbol table and is not changed
// on the disk; each probe costs the program a few microseconds of the guest's time. remove takes them out again.
func Probe(program, function, entered, left string) (remove func() error, err error) {
	entry, returns, err := places(program, function)
	if err != nil {
		return nil, fmt.Errorf("probe %s: %w", function, err)
	}
	f, err := os.OpenFile(tracing+"uprobe_events", os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := fmt.Fprintf(f, "p:lab/%s %s:%#x", entered, program, entry); err != nil {
		return nil, fmt.Errorf("probe %s: %w", function, err)
	}
	for _, r := range returns {
		if _, err := fmt.Fprintf(f, "p:lab/%s %s:%#x", left, program, r); err != nil {
			return nil, fmt.Errorf("probe %s: %w", function, err)
		}
	}
	const enable = tracing + "events/lab/enable"
	if err := os.WriteFile(enable, []byte("1"), 0o644); err != nil {
		return nil, fmt.Errorf("probe %s: %w", function, err)
	}
	return func() error {
		return errors.Join(os.WriteFile(enable, []byte("0"), 0o644), os.WriteFile(tracing+"uprobe_events", nil, 0o644))
	}, nil
}

// places finds a function's first instruction and its returns, as offsets in the file.
func places(program, function string) (entry uint64, returns []uint64, err error) {
	f, err := elf.Open(program)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	if f.Machine != elf.EM_AARCH64 {
		return 0, nil, fmt.Errorf("returns are found in arm64 programs alone, not in %v", f.Machine)
	}
	symbols, err := f.Symbols()
	if err != nil {
		return 0, nil, err
	}
	for _, s := range symbols {
		if s.Name != function || int(s.Section) >= len(f.Sections) {
			continue
		}
		text := f.Sections[s.Section]
		code := make([]byte, s.Size)
		if _, err := text.ReadAt(code, int64(s.Value-text.Addr)); err != nil {
			return 0, nil, err
		}
		entry = s.Value - text.Addr + text.Offset
		const ret = 0xd65f03c0
		for i := 0; i+4 <= len(code); i += 4 {
			if binary.LittleEndian.Uint32(code[i:]) == ret {
				returns = append(returns, entry+uint64(i))
			}
		}
		return entry, returns, nil
	}
	return 0, nil, errors.New("no such function in the program")
}
