package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

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

// Door is the metrics of a door daemon.
type Door struct {
	Set
	entries  *prometheus.CounterVec
	refusals *prometheus.CounterVec
	release  prometheus.Histogram
	commit   prometheus.Histogram
}

// NewDoor prepares them.
func NewDoor(version string, look Look) *Door {
	d := &Door{
		entries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kidoban_entries_total", Help: "Entries recorded since the start, by type."}, []string{"type"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kidoban_refusals_total", Help: "Entries refused since the start, by reason."}, []string{"reason"}),
		release: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kidoban_release_seconds", Help: "From a card's last bit, or the exit button, to the strike; the commit is in it.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2}}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kidoban_commit_seconds", Help: "Time to make a record durable.",
			Buckets: []float64{.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2}}),
	}
	d.Set = NewSet(append(append(Machine(func() *wire.Health { return look.Status().Health }), gauges(look)...),
		d.entries, d.refusals, d.release, d.commit, Build(version))...)
	return d
}

// Build tells the version.
func Build(version string) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kidoban_build_info", Help: "Always 1.",
		ConstLabels: prometheus.Labels{"version": version}}, func() float64 { return 1 })
}

func gauges(look Look) []prometheus.Collector {
	acked := func() uint64 {
		if look.Acked == nil {
			return 0
		}
		return look.Acked()
	}
	all := []prometheus.Collector{
		gauge("kidoban_journal_entries", "Entries of the journal.", func() float64 { return float64(look.Entries()) }),
		gauge("kidoban_journal_acknowledged_entries", "Of them, those that the central log has.", func() float64 { return float64(acked()) }),
		gauge("kidoban_backlog_entries", "Entries that wait to be acknowledged.", func() float64 {
			if size, n := look.Entries(), acked(); look.Acked != nil && size > n {
				return float64(size - n)
			}
			return 0
		}),
		gauge("kidoban_link_up", "1 while the broker is in reach.", func() float64 { return Truth(look.LinkUp()) }),
		gauge("kidoban_record_available", "1 while what happens becomes durable; else nobody is let in.", func() float64 { return Truth(look.Record()) }),
		gauge("kidoban_readers_online", "Readers that answer.", func() float64 { n, _ := look.Readers(); return float64(n) }),
		gauge("kidoban_readers", "Readers that are configured.", func() float64 { _, n := look.Readers(); return float64(n) }),
		gauge("kidoban_alarms_waiting", "Alarms that nobody has acknowledged; duress is not counted.", func() float64 { return float64(look.Status().Alarms) }),
	}
	return append(all, gauge("kidoban_bundle_age_seconds", "Age of the roster bundle in force; 0 without one.", func() float64 {
		b := look.Status().Bundle
		if b == nil {
			return 0
		}
		made, err := time.Parse(time.RFC3339, b.Made)
		if err != nil {
			return 0
		}
		return look.Now().Sub(made).Seconds()
	}))
}

// Committed counts what has become durable, and how long that took.
func (d *Door) Committed(entries []journal.Entry, took time.Duration) {
	d.commit.Observe(took.Seconds())
	for i := range entries {
		e := &entries[i]
		d.entries.WithLabelValues(string(e.Type)).Inc()
		switch {
		case e.Type == journal.AccessDenied:
			d.refusals.WithLabelValues(e.Data.Reason).Inc()
		case e.Type == journal.LockReleased && e.Data.LatencyUS > 0:
			d.release.Observe(float64(e.Data.LatencyUS) / 1e6)
		}
	}
}
