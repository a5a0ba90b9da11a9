package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// pack writes the guest's root: a newc cpio archive of the modules, their load order, and each NAME=FILE (mode 0755).
func pack(out, modules, names string, items []string) error {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	a := &archive{w: bufio.NewWriterSize(f, 1<<20), dirs: map[string]bool{".": true}}
	for _, d := range []string{"dev", "proc", "sys", "tmp", "run", "data", "inner", "tests", "bin", "etc", "modules"} {
		a.dir(d)
	}
	a.entry("dev/console", 0o020600, nil, 5, 1)
	files, err := moduleFiles(modules, names)
	if err != nil {
		return err
	}
	var order strings.Builder
	for _, m := range files {
		items = append(items, "modules/"+filepath.Base(m)+"="+m)
		fmt.Fprintln(&order, filepath.Base(m))
	}
	a.entry("modules/order", 0o100644, []byte(order.String()), 0, 0)
	for _, it := range items {
		name, file, ok := strings.Cut(it, "=")
		if !ok {
			return fmt.Errorf("want NAME=FILE, got %q", it)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		a.dir(path.Dir(name))
		a.entry(name, 0o100755, b, 0, 0)
	}
	a.entry("TRAILER!!!", 0, nil, 0, 0)
	if a.err == nil {
		a.err = a.w.Flush()
	}
	if a.err != nil {
		return a.err
	}
	return f.Close()
}

type archive struct {
	w     *bufio.Writer
	inode int
	size  int
	dirs  map[string]bool
	err   error
}

func (a *archive) dir(name string) {
	if a.dirs[name] {
		return
	}
	a.dir(path.Dir(name))
	a.dirs[name] = true
	a.entry(name, 0o040755, nil, 0, 0)
}

// entry writes one header, name and content, each padded to four octets as the format wants.
func (a *archive) entry(name string, mode int, content []byte, major, minor int) {
	a.inode++
	a.put(fmt.Sprintf("070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		a.inode, mode, 0, 0, 1, 0, len(content), 0, 0, major, minor, len(name)+1, 0, name))
	a.put(string(content))
}

func (a *archive) put(s string) {
	if a.err != nil {
		return
	}
	a.size += len(s)
	if r := a.size % 4; r != 0 {
		s += "\x00\x00\x00"[:4-r]
		a.size += 4 - r
	}
	_, a.err = io.WriteString(a.w, s)
}
