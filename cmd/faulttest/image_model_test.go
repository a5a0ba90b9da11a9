package faulttest_test

import (
	"math/rand/v2"
	"testing"
)

// TestDisk holds the model of a disk against what a disk may do: what was synced is there, what was not may be.
func TestDisk(t *testing.T) {
	write := func(path string, at int64, text string) op {
		return op{call: call{what: "write", path: path, at: at, data: []byte(text)}}
	}
	ops := []op{
		{call: call{what: "create", path: "/d/a"}},
		write("/d/a", 0, "one"),
		{call: call{what: "sync", path: "/d/a"}, began: 2},
		write("/d/a", 0, "two"),
		{call: call{what: "sync", path: "/d/a"}, began: 3}, // began before the write had ended
		{call: call{what: "create", path: "/d/b"}},
		write("/d/b", 0, "bee"),
		{call: call{what: "rename", path: "/d/b", to: "/d/c"}},
		{call: call{what: "sync", path: "/d"}, began: 8},
		{call: call{what: "unlink", path: "/d/a"}},
	}
	r := rand.New(rand.NewPCG(1, 1))
	text := func(n int, manner, path string) string {
		d := newDisk()
		d.apply(ops, n)
		c := d.cut(r, manner)[path]
		if c == nil {
			return "none"
		}
		if c.pages[0] == nil {
			return ""
		}
		return string(c.pages[0][:c.size])
	}
	for _, x := range []struct {
		n                  int
		manner, path, want string
	}{
		{2, "all lost", "/d/a", "none"}, {2, "nothing lost", "/d/a", "one"}, {3, "all lost", "/d/a", "one"},
		{5, "all lost", "/d/a", "one"}, {5, "nothing lost", "/d/a", "two"},
		{8, "all lost", "/d/b", "none"}, {8, "nothing lost", "/d/c", "bee"}, {8, "nothing lost", "/d/b", "none"},
		{9, "all lost", "/d/c", ""}, {9, "all lost", "/d/b", "none"},
		{10, "all lost", "/d/a", "one"}, {10, "nothing lost", "/d/a", "none"},
	} {
		if got := text(x.n, x.manner, x.path); got != x.want {
			t.Errorf("after %d calls, %s, %s is %q, want %q", x.n, x.manner, x.path, got, x.want)
		}
	}
	seen := map[string]bool{}
	for range 200 {
		seen[text(5, "torn at 512", "/d/a")] = true
	}
	if !seen["one"] || !seen["two"] || len(seen) != 2 {
		t.Errorf("a sector is the one or the other: %v", seen)
	}
}
