package systemtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"kidoban/controller/outbox/link/linktest"
	"kidoban/device/sim"
)

// overview is what kidobanlog status --json prints, as far as the test looks at it.
type overview struct {
	Level       string
	Serving     bool
	Problems    []string
	Controllers []struct {
		Controller, State, Level   string
		Confirmed, Backlog, Alarms uint64
		Checkpoint                 time.Time
		Status                     struct{ Version string }
		Problems                   []string
	}
}

// status asks for it, and says with which code the program ended.
func (c *central) status(flags ...string) (text string, code int) {
	c.t.Helper()
	out, err := run(nil, "", program("kidobanlog"), c.args(append([]string{"status"}, flags...)...)...)
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		c.t.Fatal(err)
	}
	return out, code
}

func (c *central) overview() (o overview, code int) {
	c.t.Helper()
	text, code := c.status("--json")
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		c.t.Fatalf("%v: %s", err, text)
	}
	return o, code
}

// TestStatus: kidobanlog status tells the truth while the central log runs, when it is killed, when it has ended well, and
// of a backlog that grew meanwhile; it ends with a code that monitoring understands, and Prometheus is told the same.
func TestStatus(t *testing.T) {
	t.Parallel()
	m := linktest.StartMosquitto(t)
	addr := freeAddr(t)
	c := newCentral(t, "--broker", m.URL())
	conf := c.dir + "/central.toml"
	if err := os.WriteFile(conf, []byte(fmt.Sprintf("[metrics]\nlisten = %q\n", addr)), 0o600); err != nil {
		t.Fatal(err)
	}
	c.serve = append(c.serve, "--config", conf)
	if out, code := c.status("--check"); code != 2 || !strings.HasPrefix(out, "CRITICAL: ") {
		t.Errorf("nothing runs yet: %d %s", code, out)
	}
	s := newSite(t, c.table(m.URL()), gate{"room", "H10301", "never"})
	c.pin(s)
	c.start()
	s.start()
	s.act(sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 51201})
	caughtUp := func() bool {
		o, code := c.overview()
		return len(o.Controllers) == 1 && o.Serving && o.Controllers[0].Backlog == 0 && o.Controllers[0].Confirmed == s.status().Entries &&
			o.Controllers[0].Status.Version != "" && !o.Controllers[0].Checkpoint.IsZero() && code < 2
	}
	await(t, "all is confirmed and shown so", 20*time.Second, caughtUp)
	table, _ := c.status()
	for _, want := range []string{"central log city/central: runs", "CONTROLLER", "maizuru/main-ctl", fmt.Sprint(s.status().Entries)} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %q:\n%s", want, table)
		}
	}
	told := families(t, scrape(t, addr))
	for name, want := range map[string]float64{"confirmed_entries": float64(s.status().Entries), "backlog_entries": 0, "controller_silent": 0} {
		if v := labelled(told, "kidobanlog_"+name, "kidoban/maizuru/main-ctl"); v != want {
			t.Errorf("Prometheus is told %v of %s, want %v", v, name, want)
		}
	}
	if hit := regexp.MustCompile(`"[^"]*(0201|1201)`).FindString(scrape(t, addr)); hit != "" {
		t.Errorf("%q is told to Prometheus", hit)
	}
	c.kill()
	if o, code := c.overview(); o.Serving || code != 2 || len(o.Problems) == 0 {
		t.Errorf("it was killed: %d %+v", code, o)
	}
	for range 5 {
		s.act(sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 59999})
	}
	c.start()
	await(t, "it has caught up", 20*time.Second, caughtUp)
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	c.cmd = nil
	if out, code := c.status(); code != 2 || !strings.Contains(out, "does not run") || !strings.Contains(out, "maizuru/main-ctl") {
		t.Errorf("it has ended: %d\n%s", code, out)
	}
	out, err := run(nil, "", program("kidobanlog"), "--data", t.TempDir(), "status", "--check")
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 3 || !strings.HasPrefix(out, "UNKNOWN: ") {
		t.Errorf("no database: %v %s", err, out)
	}
}

// labelled is the gauge whose first label has a value.
func labelled(all map[string]*dto.MetricFamily, name, label string) float64 {
	for _, m := range all[name].GetMetric() {
		if len(m.GetLabel()) > 0 && m.GetLabel()[0].GetValue() == label {
			return m.GetGauge().GetValue()
		}
	}
	return -1
}
