package systemtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/wire"
	"kidoban/device/sim"
)

// TestMetrics: a door with its broker, a few passages and refusals, and what Prometheus is told of them: the numbers are
// true, the text parses, every name has a help, and no person, card or permit is in it.
func TestMetrics(t *testing.T) {
	t.Parallel()
	m := linktest.StartMosquitto(t)
	addr := freeAddr(t)
	table := fmt.Sprintf("[mqtt]\nbroker = %q\ndelivery = \"broker\"\n\n[metrics]\nlisten = %q\n", m.URL(), addr)
	s := newSite(t, table, gate{"room", "H10301", "never"})
	s.start()
	l := listen(t, strings.TrimPrefix(m.URL(), "tcp://"))
	s.bring("id,name,kind,section,card_id,format,facility,number\n0201,髙橋,職員,市民課,C-0201,H10301,118,51201\n")
	s.act(sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 51201})
	await(t, "the strike is released", 5*time.Second, func() bool { return s.look("room").Strike })
	s.act(sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 59999})
	s.act(sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 59998})
	var got map[string]*dto.MetricFamily
	var text string
	await(t, "it is delivered and counted", 10*time.Second, func() bool {
		text = scrape(t, addr)
		got = families(t, text)
		return value(got, "kidoban_refusals_total", "unknown_credential") == 2 && value(got, "kidoban_backlog_entries", "") == 0
	})
	for name, want := range map[string]float64{
		"kidoban_link_up": 1, "kidoban_record_available": 1, "kidoban_readers": 2, "kidoban_readers_online": 2, "kidoban_build_info": 1,
		"kidoban_bundle_age_seconds": 0, "kidoban_undervoltage": 0, "kidoban_journal_entries": float64(s.status().Entries),
		"kidoban_journal_acknowledged_entries": float64(s.status().Entries), "kidoban_alarms_waiting": float64(s.status().Alarms),
	} {
		if v := value(got, name, ""); v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
	for _, name := range []string{"kidoban_disk_free_bytes", "kidoban_data_bytes"} {
		if value(got, name, "") <= 0 {
			t.Errorf("%s is %v", name, value(got, name, ""))
		}
	}
	if h := got["kidoban_commit_seconds"].GetMetric()[0].GetHistogram(); h.GetSampleCount() == 0 {
		t.Error("no commit was measured")
	}
	if h := got["kidoban_release_seconds"].GetMetric()[0].GetHistogram(); h.GetSampleCount() != 1 {
		t.Errorf("%d releases were measured", h.GetSampleCount())
	}
	if hit := regexp.MustCompile(`="[^"\n]*(0201|1201|5999|髙橋)|\b(51201|59999|59998)\b`).FindString(text); hit != "" {
		t.Errorf("%q is told to Prometheus", hit)
	}
	for _, path := range []string{"/", "/debug/pprof/"} {
		r, err := http.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	told(t, l, s)
}

// told looks at the retained status: what was added to it is there, and true.
func told(t *testing.T, l *listener, s *site) {
	t.Helper()
	var st wire.Status
	await(t, "a status with health", 40*time.Second, func() bool {
		for _, m := range l.all() {
			if strings.HasSuffix(m.topic, "/status") && json.Unmarshal(m.payload, &st) == nil && st.Health != nil && st.Alarms == s.status().Alarms {
				return true
			}
		}
		return false
	})
	h := st.Health
	if !st.Online || st.Tampered || h.Software.Kidoban == "" || h.Software.SQLite == "" || h.Software.Kernel == "" || h.Booted == "" ||
		h.Clock.State == "" || h.Clock.Since == "" || h.Disk.Free <= 0 || h.Disk.Journal <= 0 {
		t.Errorf("%+v %+v", st, h)
	}
}

func scrape(t *testing.T, addr string) string {
	t.Helper()
	r, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v: %s", r.Status, err, b)
	}
	return string(b)
}

func families(t *testing.T, text string) map[string]*dto.MetricFamily {
	t.Helper()
	p := expfmt.NewTextParser(model.LegacyValidation)
	all, err := p.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	for name, f := range all {
		if f.GetHelp() == "" || !strings.HasPrefix(name, "kidoban") {
			t.Errorf("%s has no help, or is none of ours", name)
		}
	}
	return all
}

// value is that of the metric whose only label is label; -1 if there is none.
func value(all map[string]*dto.MetricFamily, name, label string) float64 {
	for _, m := range all[name].GetMetric() {
		if label != "" && (len(m.GetLabel()) != 1 || m.GetLabel()[0].GetValue() != label) {
			continue
		}
		switch {
		case m.Gauge != nil:
			return m.Gauge.GetValue()
		case m.Counter != nil:
			return m.Counter.GetValue()
		}
	}
	return -1
}

// TestHomeAssistant: a door that may tells Home Assistant what there is, once more when Home Assistant comes back, and obeys
// nothing of it; a door that was not told to is silent there.
func TestHomeAssistant(t *testing.T) {
	t.Parallel()
	m := linktest.StartMosquitto(t)
	const mqtt = "[mqtt]\nbroker = %q\ndelivery = \"broker\"\n"
	l := listen(t, strings.TrimPrefix(m.URL(), "tcp://"))
	described := func() (ms []message) {
		for _, m := range l.all() {
			if strings.HasPrefix(m.topic, "homeassistant/") && !strings.HasSuffix(m.topic, "/status") {
				ms = append(ms, m)
			}
		}
		return ms
	}
	quiet := newSite(t, fmt.Sprintf(mqtt, m.URL()), gate{"room", "H10301", "never"})
	quiet.start()
	await(t, "the door's entries", 10*time.Second, func() bool { return len(entriesOf(l.all())) > 2 })
	quiet.stop()
	if got := described(); len(got) != 0 {
		t.Fatalf("told without being asked: %s", got[0].topic)
	}
	s := newSite(t, fmt.Sprintf(mqtt+"\n[home_assistant]\nenabled = true\n", m.URL()), gate{"room", "H10301", "never"})
	s.start()
	await(t, "the description", 10*time.Second, func() bool { return len(described()) == 1 })
	first := described()[0]
	var doc struct{ Components map[string]any }
	if first.topic != "homeassistant/device/kidoban_maizuru_main-ctl/config" || json.Unmarshal(first.payload, &doc) != nil || len(doc.Components) != 10 {
		t.Errorf("%s: %s", first.topic, first.payload)
	}
	for _, topic := range []string{"homeassistant/status", first.topic, "homeassistant/lock/kidoban_maizuru_main-ctl_room/set"} {
		l.client.Publish(topic, 1, false, "online").WaitTimeout(5 * time.Second)
	}
	await(t, "it again", 15*time.Second, func() bool {
		got := described()
		return string(got[len(got)-1].payload) == string(first.payload) && len(got) > 3
	})
	if s.look("room").Strike {
		t.Error("the strike moved")
	}
}
