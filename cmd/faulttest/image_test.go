package faulttest_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// op is a call that succeeded, or something said aloud, in the order of what was seen.
type op struct {
	call
	began int // how many ops there were when it began: a sync covers those, and no others
}

const (
	page   = 4096
	sector = 512
)

// content is a file's bytes; pages that are not there are zero.
type content struct {
	size  int64
	pages map[int64]*[page]byte
}

func (c *content) clone() *content {
	n := &content{size: c.size, pages: make(map[int64]*[page]byte, len(c.pages))}
	for k, p := range c.pages {
		n.pages[k] = p
	}
	return n
}

// write makes new pages: those of clones stay.
func (c *content) write(at int64, data []byte) {
	c.size = max(c.size, at+int64(len(data)))
	for len(data) > 0 {
		k, off := at/page, int(at%page)
		n := min(len(data), page-off)
		var p [page]byte
		if old := c.pages[k]; old != nil {
			p = *old
		}
		copy(p[off:], data[:n])
		if p == ([page]byte{}) {
			delete(c.pages, k)
		} else {
			c.pages[k] = &p
		}
		at, data = at+int64(n), data[n:]
	}
}

func (c *content) truncate(size int64) {
	for k := range c.pages {
		if k*page >= size {
			delete(c.pages, k)
		}
	}
	if p := c.pages[size/page]; p != nil && size%page != 0 {
		q := *p
		clear(q[size%page:])
		c.pages[size/page] = &q
	}
	c.size = size
}

// inode is a file: what is durable of it, and what was asked for since.
type inode struct {
	durable *content
	pending []op
}

// disk is a file system in the middle of its life.
type disk struct {
	names   map[string]*inode // as the program sees them
	kept    map[string]*inode // as they are durable
	pending []naming          // changes of names, not durable yet, in order
	reached int
}

type naming struct {
	began    int
	path, to string // created: to is ""; unlinked: of is nil
	of       *inode
}

func newDisk() *disk { return &disk{names: map[string]*inode{}, kept: map[string]*inode{}} }

// readDisk takes what lies in a folder as durable.
func readDisk(dir string) (*disk, error) {
	d := newDisk()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		c := &content{pages: map[int64]*[page]byte{}}
		c.write(0, b)
		n := &inode{durable: c}
		d.names[path], d.kept[path] = n, n
		return err
	})
	return d, err
}

// apply takes the ops up to n.
func (d *disk) apply(ops []op, n int) {
	for ; d.reached < n; d.reached++ {
		d.one(ops[d.reached])
	}
}

func (d *disk) one(o op) {
	f := d.names[o.path]
	if o.what != "sync" {
		o.began = d.reached
	}
	switch o.what {
	case "create":
		d.create(o, f)
	case "write", "truncate":
		if f != nil {
			f.pending = append(f.pending, o)
		}
	case "sync":
		if f == nil { // a folder
			d.settleNames(o.began)
			return
		}
		d.settleNamesOf(f)
		f.settle(o.began)
	case "rename":
		d.names[o.to] = f
		delete(d.names, o.path)
		d.pending = append(d.pending, naming{d.reached, o.path, o.to, f})
	case "unlink":
		delete(d.names, o.path)
		d.pending = append(d.pending, naming{began: d.reached, path: o.path})
	}
}

func (d *disk) create(o op, f *inode) {
	if f == nil {
		f = &inode{durable: &content{pages: map[int64]*[page]byte{}}}
		d.names[o.path] = f
		d.pending = append(d.pending, naming{began: d.reached, path: o.path, of: f})
	} else if o.size > 0 { // O_TRUNC
		o.what, o.size = "truncate", 0
		f.pending = append(f.pending, o)
	}
}

// settle makes durable what was asked for before a sync began.
func (f *inode) settle(began int) {
	var left []op
	for _, p := range f.pending {
		if p.began >= began {
			left = append(left, p)
			continue
		}
		f.durable = f.durable.clone()
		f.durable.take(p)
	}
	f.pending = left
}

func (c *content) take(o op) {
	if o.what == "truncate" {
		c.truncate(o.size)
	} else {
		c.write(o.at, o.data)
	}
}

func (d *disk) settleNames(began int) {
	n := 0
	for n < len(d.pending) && d.pending[n].began < began {
		n++
	}
	d.settleFirst(n)
}

// settleNamesOf: a file that was synced is there, and so is what was named before it, as file systems with a journal do.
func (d *disk) settleNamesOf(f *inode) {
	d.settleFirst(1 + slices.IndexFunc(d.pending, func(n naming) bool { return n.of == f }))
}

func (d *disk) settleFirst(n int) {
	name(d.kept, d.pending[:n])
	d.pending = append([]naming(nil), d.pending[n:]...)
}

func name(names map[string]*inode, changes []naming) {
	for _, c := range changes {
		switch {
		case c.to != "":
			names[c.to] = c.of
			delete(names, c.path)
		case c.of != nil:
			names[c.path] = c.of
		default:
			delete(names, c.path)
		}
	}
}

// manners are the ways in which a disk loses what was not synced.
var manners = []string{"nothing lost", "all lost", "some writes lost", "torn at 512", "torn at 4096", "only the first", "all but the first", "one file alone", "garbage"}

// cut is what is found after a power cut now.
func (d *disk) cut(r *rand.Rand, manner string) map[string]*content {
	names := map[string]*inode{}
	for k, v := range d.kept {
		names[k] = v
	}
	n := len(d.pending)
	switch manner {
	case "nothing lost":
	case "all lost":
		n = 0
	default:
		n = r.IntN(n + 1)
	}
	name(names, d.pending[:n])
	paths := make([]string, 0, len(names))
	for path := range names {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	spared := ""
	if len(paths) > 0 {
		spared = paths[r.IntN(len(paths))]
	}
	found := map[string]*content{}
	for _, path := range paths {
		how := manner
		if manner == "one file alone" {
			how = "all lost"
			if path == spared {
				how = "nothing lost"
			}
		}
		found[path] = names[path].cut(r, how)
	}
	return found
}

func (f *inode) cut(r *rand.Rand, manner string) *content {
	if len(f.pending) == 0 || manner == "all lost" {
		return f.durable
	}
	c := f.durable.clone()
	first := r.IntN(len(f.pending) + 1)
	for i, p := range f.pending {
		switch manner {
		case "nothing lost":
		case "some writes lost":
			if r.IntN(2) == 0 {
				continue
			}
		case "only the first":
			if i >= first {
				continue
			}
		case "all but the first":
			if i < first {
				continue
			}
		default:
			c.tear(r, p, manner)
			continue
		}
		c.take(p)
	}
	return c
}

// tear writes some parts of a write.
func (c *content) tear(r *rand.Rand, o op, manner string) {
	if o.what == "truncate" {
		if r.IntN(2) == 0 {
			c.truncate(o.size)
		}
		return
	}
	unit := int64(sector)
	if manner == "torn at 4096" {
		unit = page
	}
	for from := o.at; from < o.at+int64(len(o.data)); {
		to := min(from/unit*unit+unit, o.at+int64(len(o.data)))
		part := o.data[from-o.at : to-o.at]
		switch {
		case r.IntN(2) == 0:
			c.write(from, part)
		case manner == "garbage" && r.IntN(4) == 0:
			junk := make([]byte, len(part))
			for i := range junk {
				junk[i] = byte(r.Uint32())
			}
			c.write(from, junk)
		}
		from = to
	}
	if r.IntN(2) == 0 { // the file grew, what was written is not there
		c.size = max(c.size, o.at+int64(len(o.data)))
	}
}

// lay writes what was found into a folder, in place of what lay under old.
func lay(found map[string]*content, old, dir string) error {
	for path, c := range found {
		rel, err := filepath.Rel(old, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := c.lay(to); err != nil {
			return err
		}
	}
	return nil
}

func (c *content) lay(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(c.size); err != nil {
		return err
	}
	for k, p := range c.pages {
		b := p[:]
		if end := c.size - k*page; end < page {
			b = b[:max(end, 0)]
		}
		if _, err := f.WriteAt(b, k*page); err != nil {
			return err
		}
	}
	return nil
}
