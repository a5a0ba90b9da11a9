// Package central is what Prometheus is told of a central log.
package central

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kidoban/controller/archive/overview"
	"kidoban/controller/metrics"
	"kidoban/controller/wire"
)

// Standing is how a central log stands, as it is asked for at each scrape.
type Standing struct {
	Report   overview.Report
	Leases   map[string]int     // controllers by the central log that follows them; none where one follows all
	Notices  map[string]int     // that wait, by recipient
	DaysLeft map[string]float64 // of certificates, by whose they are
	Refused  map[string]int64   // by the built-in broker, by reason: told even where the rest cannot be read
}

// Metrics are those of a central log.
type Metrics struct {
	http.Handler // answers Prometheus
	entries      atomic.Int64
}

// New prepares them. read is called at each scrape; what it cannot tell is left out of that scrape.
func New(version string, health func() *wire.Health, read func(context.Context) (Standing, error)) *Metrics {
	c := &Metrics{}
	r := prometheus.NewRegistry()
	for _, g := range metrics.Machine(health) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.Name, Help: g.Help}, g.Value))
	}
	r.MustRegister(&standing{read},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kidoban_build_info", Help: "Always 1.",
			ConstLabels: prometheus.Labels{"version": version}}, func() float64 { return 1 }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "kidobanlog_entries_total", Help: "Entries verified and stored since the start."},
			func() float64 { return float64(c.entries.Load()) }))
	c.Handler = promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
	return c
}

// Stored counts an entry that became durable.
func (c *Metrics) Stored() { c.entries.Add(1) }

// standing collects what lies in the database.
type standing struct {
	read func(context.Context) (Standing, error)
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// The metrics of standing. Labels are names of controllers, recipients and central logs, kinds and states of closed lists.
func descriptions() (d struct {
	up, confirmed, backlog, age, level, silent, alarms, garbled, waiting, bytes, leases, notices, days, refused *prometheus.Desc
}) {
	d.up = desc("kidobanlog_database_up", "1 if the database could be read for this scrape.")
	d.confirmed = desc("kidobanlog_confirmed_entries", "Entries of a controller that are confirmed: its last ack.", "controller")
	d.backlog = desc("kidobanlog_backlog_entries", "Entries of a controller that are known to exist and not confirmed.", "controller")
	d.age = desc("kidobanlog_checkpoint_age_seconds", "Since the last fresh checkpoint of a controller.", "controller")
	d.level = desc("kidobanlog_controller_level", "0 well, 1 warning, 2 critical.", "controller")
	d.silent = desc("kidobanlog_controller_silent", "1 while a controller is silent.", "controller")
	d.alarms = desc("kidobanlog_alarms_waiting", "Alarms that nobody has acknowledged, at the door and about it at the central log.", "controller")
	d.garbled = desc("kidobanlog_unusable_messages", "Messages that could not be used; of nobody that is accepted where controller is empty.", "controller", "kind")
	d.waiting = desc("kidobanlog_journals_waiting", "Journals that wait to be accepted by a person.")
	d.bytes = desc("kidobanlog_database_bytes", "Size of the database.")
	d.leases = desc("kidobanlog_leases", "Controllers that a central log follows, where several share a database.", "instance")
	d.notices = desc("kidobanlog_notices_waiting", "Notices that have not reached their recipient.", "recipient")
	d.days = desc("kidobanlog_certificate_days_left", "Until a certificate runs out.", "identity")
	d.refused = desc("kidobanlog_broker_refusals_total", "What the built-in broker refused since the start.", "reason")
	return d
}

// Describe implements prometheus.Collector.
func (s *standing) Describe(out chan<- *prometheus.Desc) {
	d := descriptions()
	for _, x := range []*prometheus.Desc{d.up, d.confirmed, d.backlog, d.age, d.level, d.silent, d.alarms, d.garbled, d.waiting, d.bytes, d.leases, d.notices, d.days, d.refused} {
		out <- x
	}
}

// Collect implements prometheus.Collector.
func (s *standing) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	d := descriptions()
	tell := func(of *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(of, prometheus.GaugeValue, value, labels...)
	}
	now, err := s.read(ctx)
	tell(d.up, metrics.Truth(err == nil))
	for why, n := range now.Refused {
		out <- prometheus.MustNewConstMetric(d.refused, prometheus.CounterValue, float64(n), why)
	}
	if err != nil {
		return
	}
	tell(d.waiting, float64(len(now.Report.Waiting)))
	tell(d.bytes, float64(now.Report.Database))
	for kind, n := range now.Report.Strangers {
		tell(d.garbled, float64(n), "", kind)
	}
	for instance, n := range now.Leases {
		tell(d.leases, float64(n), instance)
	}
	for recipient, n := range now.Notices {
		tell(d.notices, float64(n), recipient)
	}
	for identity, days := range now.DaysLeft {
		tell(d.days, days, identity)
	}
	for _, c := range now.Report.Controllers {
		tell(d.confirmed, float64(c.Confirmed), c.Controller)
		tell(d.backlog, float64(c.Backlog), c.Controller)
		tell(d.level, float64(c.Level), c.Controller)
		tell(d.silent, metrics.Truth(c.State == "silent"), c.Controller)
		tell(d.alarms, float64(alarms(c)), c.Controller)
		if c.Checkpoint != nil {
			tell(d.age, now.Report.At.Sub(*c.Checkpoint).Seconds(), c.Controller)
		}
		for kind, n := range c.Garbled {
			tell(d.garbled, float64(n), c.Controller, kind)
		}
	}
}

func alarms(c overview.Controller) int {
	if c.Status == nil {
		return c.Alarms
	}
	return c.Alarms + c.Status.Alarms
}
