package metrics_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"kidoban/controller/journal"
	"kidoban/controller/metrics"
	"kidoban/controller/wire"
)

// TestText: what is written is what Prometheus's own parser reads, and its linter has nothing to say.
func TestText(t *testing.T) {
	now := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	d := metrics.NewDoor(`v1 "dirty"`, metrics.Look{
		Status:  func() wire.Status { return wire.Status{Alarms: 3, Bundle: &wire.Bundle{Made: "2026-04-01T00:00:00Z"}} },
		Entries: func() uint64 { return 10 }, Acked: func() uint64 { return 7 },
		LinkUp: func() bool { return false }, Record: func() bool { return true },
		Readers: func() (int, int) { return 1, 2 }, Now: func() time.Time { return now },
	})
	for _, took := range []time.Duration{time.Millisecond, 3 * time.Millisecond, 5 * time.Second} {
		d.Committed([]journal.Entry{
			{Type: journal.AccessDenied, Data: journal.Data{Reason: "no_permit", Person: "0201"}},
			{Type: journal.LockReleased, Data: journal.Data{LatencyUS: 1500}},
		}, took)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text := w.Body.String()
	if problems, err := promlint.New(strings.NewReader(text)).Lint(); err != nil || len(problems) > 0 {
		t.Errorf("%v %v\n%s", problems, err, text)
	}
	p := expfmt.NewTextParser(model.LegacyValidation)
	all, err := p.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for name, want := range map[string]float64{"kidoban_backlog_entries": 3, "kidoban_alarms_waiting": 3, "kidoban_link_up": 0,
		"kidoban_record_available": 1, "kidoban_readers_online": 1, "kidoban_bundle_age_seconds": 86400, "kidoban_disk_free_bytes": 0} {
		if got := all[name].GetMetric()[0].GetGauge().GetValue(); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if c := all["kidoban_refusals_total"].GetMetric()[0]; c.GetCounter().GetValue() != 3 || c.GetLabel()[0].GetValue() != "no_permit" {
		t.Errorf("%v", c)
	}
	h := all["kidoban_commit_seconds"].GetMetric()[0].GetHistogram()
	below := map[float64]uint64{}
	for _, b := range h.GetBucket() {
		below[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	if h.GetSampleCount() != 3 || h.GetSampleSum() != 5.004 || below[.0005] != 0 || below[.001] != 1 || below[.005] != 2 || below[2] != 2 {
		t.Errorf("%v", h)
	}
	if strings.Contains(text, "0201") {
		t.Error("a person is told to Prometheus")
	}
}
