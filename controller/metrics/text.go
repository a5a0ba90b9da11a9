package metrics

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
)

// text writes the exposition format.
type text struct{ bytes.Buffer }

func (t *text) head(name, help, kind string) {
	fmt.Fprintf(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (t *text) line(name, labels string, v float64) {
	fmt.Fprintf(t, "%s%s %s\n", name, labels, strconv.FormatFloat(v, 'g', -1, 64))
}

// counter counts by one label, whose values are words of a closed list: they need no escaping.
type counter struct {
	name, help, label string

	mu sync.Mutex
	by map[string]float64
}

func (c *counter) add(value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]float64{}
	}
	c.by[value]++
}

func (c *counter) write(t *text) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t.head(c.name, c.help, "counter")
	for _, v := range slices.Sorted(maps.Keys(c.by)) {
		t.line(c.name, "{"+c.label+"=\""+v+"\"}", c.by[v])
	}
}

// histogram counts what is at most each bound.
type histogram struct {
	name, help string
	bounds     []float64 // ascending

	mu  sync.Mutex
	in  []uint64 // by bound; the last is beyond all
	sum float64
}

func (h *histogram) observe(v float64) {
	i, _ := slices.BinarySearch(h.bounds, v)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.in == nil {
		h.in = make([]uint64, len(h.bounds)+1)
	}
	h.in[i]++
	h.sum += v
}

func (h *histogram) write(t *text) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t.head(h.name, h.help, "histogram")
	var n uint64
	for i, bound := range append(h.bounds[:len(h.bounds):len(h.bounds)], 0) {
		le := "+Inf"
		if i < len(h.bounds) {
			le = strconv.FormatFloat(bound, 'g', -1, 64)
		}
		if h.in != nil {
			n += h.in[i]
		}
		t.line(h.name+"_bucket", `{le="`+le+`"}`, float64(n))
	}
	t.line(h.name+"_sum", "", h.sum)
	t.line(h.name+"_count", "", float64(n))
}
