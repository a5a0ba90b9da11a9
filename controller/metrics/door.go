package metrics

import (
	"net/http"
	"strconv"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/wire"
)

// Look is where a door daemon's present state is asked for. Any goroutine may call any of them.
type Look struct {
	Status  func() wire.Status // alarms, health, bundle
	Entries func() uint64      // of the journal
	Acked   func() uint64      // of them, delivered; nil = nobody takes them
	LinkUp  func() bool
	Record  func() bool // what happens becomes durable
	Readers func() (online, all int)
	Now     func() time.Time
}

// Door is the metrics of a door daemon. It is the http.Handler that answers Prometheus.
type Door struct {
	version  string
	gauges   []Gauge
	entries  counter
	refusals counter
	release  histogram
	commit   histogram
}

// NewDoor prepares them.
func NewDoor(version string, look Look) *Door {
	return &Door{
		version:  version,
		gauges:   append(Machine(func() *wire.Health { return look.Status().Health }), gauges(look)...),
		entries:  counter{name: "kidoban_entries_total", help: "Entries recorded since the start, by type.", label: "type"},
		refusals: counter{name: "kidoban_refusals_total", help: "Entries refused since the start, by reason.", label: "reason"},
		release: histogram{name: "kidoban_release_seconds", help: "From a card's last bit, or the exit button, to the strike; the commit is in it.",
			bounds: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2}},
		commit: histogram{name: "kidoban_commit_seconds", help: "Time to make a record durable.",
			bounds: []float64{.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2}},
	}
}

// ServeHTTP writes all of them.
func (d *Door) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var t text
	t.head("kidoban_build_info", "Always 1.", "gauge")
	t.line("kidoban_build_info", "{version="+strconv.Quote(d.version)+"}", 1)
	for _, g := range d.gauges {
		t.head(g.Name, g.Help, "gauge")
		t.line(g.Name, "", g.Value())
	}
	d.entries.write(&t)
	d.refusals.write(&t)
	d.release.write(&t)
	d.commit.write(&t)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(t.Bytes()) // who asked may be gone
}

func gauges(look Look) []Gauge {
	acked := func() uint64 {
		if look.Acked == nil {
			return 0
		}
		return look.Acked()
	}
	all := []Gauge{
		{"kidoban_journal_entries", "Entries of the journal.", func() float64 { return float64(look.Entries()) }},
		{"kidoban_journal_acknowledged_entries", "Of them, those that the central log has.", func() float64 { return float64(acked()) }},
		{"kidoban_backlog_entries", "Entries that wait to be acknowledged.", func() float64 {
			if size, n := look.Entries(), acked(); look.Acked != nil && size > n {
				return float64(size - n)
			}
			return 0
		}},
		{"kidoban_link_up", "1 while the broker is in reach.", func() float64 { return Truth(look.LinkUp()) }},
		{"kidoban_record_available", "1 while what happens becomes durable; else nobody is let in.", func() float64 { return Truth(look.Record()) }},
		{"kidoban_readers_online", "Readers that answer.", func() float64 { n, _ := look.Readers(); return float64(n) }},
		{"kidoban_readers", "Readers that are configured.", func() float64 { _, n := look.Readers(); return float64(n) }},
		{"kidoban_alarms_waiting", "Alarms that nobody has acknowledged; duress is not counted.", func() float64 { return float64(look.Status().Alarms) }},
	}
	return append(all, Gauge{"kidoban_bundle_age_seconds", "Age of the roster bundle in force; 0 without one.", func() float64 {
		b := look.Status().Bundle
		if b == nil {
			return 0
		}
		made, err := time.Parse(time.RFC3339, b.Made)
		if err != nil {
			return 0
		}
		return look.Now().Sub(made).Seconds()
	}})
}

// Committed counts what has become durable, and how long that took.
func (d *Door) Committed(entries []journal.Entry, took time.Duration) {
	d.commit.observe(took.Seconds())
	for i := range entries {
		e := &entries[i]
		d.entries.add(string(e.Type))
		switch {
		case e.Type == journal.AccessDenied:
			d.refusals.add(e.Data.Reason)
		case e.Type == journal.LockReleased && e.Data.LatencyUS > 0:
			d.release.observe(float64(e.Data.LatencyUS) / 1e6)
		}
	}
}
