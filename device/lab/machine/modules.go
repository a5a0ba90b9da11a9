package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func moduleName(file string) string {
	return strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".ko"), "-", "_")
}

// moduleFiles lists, in load order, the files under dir of the named modules and of all that these depend on. A name
// without a file is left out: what is built into one kernel is a module of another.
func moduleFiles(dir, names string) ([]string, error) {
	l := loadOrder{files: map[string]string{}, seen: map[string]bool{}}
	err := filepath.WalkDir(dir, func(p string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".ko") {
			l.files[moduleName(p)] = p
		}
		return err
	})
	for _, n := range strings.Split(names, ",") {
		if err == nil {
			err = l.add(n)
		}
	}
	return l.order, err
}

type loadOrder struct {
	files map[string]string
	seen  map[string]bool
	order []string
}

func (l *loadOrder) add(name string) error {
	name = moduleName(name)
	file, ok := l.files[name]
	if !ok || l.seen[name] {
		return nil
	}
	l.seen[name] = true
	needs, err := dependencies(file)
	if err != nil {
		return fmt.Errorf("read module %s: %w", file, err)
	}
	for _, n := range needs {
		if err := l.add(n); err != nil {
			return err
		}
	}
	l.order = append(l.order, file)
	return nil
}

func dependencies(file string) ([]string, error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := f.Section(".modinfo")
	if s == nil {
		return nil, fmt.Errorf("no .modinfo section")
	}
	info, err := s.Data()
	if err != nil {
		return nil, err
	}
	for kv := range bytes.SplitSeq(info, []byte{0}) {
		if d, ok := bytes.CutPrefix(kv, []byte("depends=")); ok && len(d) > 0 {
			return strings.Split(string(d), ","), nil
		}
	}
	return nil, nil
}

func copyModules(from, to, names string) error {
	files, err := moduleFiles(from, names)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(f)), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
