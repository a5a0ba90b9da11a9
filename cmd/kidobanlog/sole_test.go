package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// post counts what a web server is told.
type post struct {
	mu  sync.Mutex
	got map[string][]string // bodies, by notice
}

func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	time.Sleep(10 * time.Millisecond) // a slow one: another that told too would see it wait
	p.mu.Lock()
	defer p.mu.Unlock()
	id := r.Header.Get("Kidoban-Notice")
	p.got[id] = append(p.got[id], string(body))
	w.WriteHeader(http.StatusAccepted)
}

// counts are how many notices came, how many of them more than once, and how many of those with other bytes.
func (p *post) counts() (all, again, changed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, bodies := range p.got {
		if len(bodies) > 1 {
			again++
		}
		for _, b := range bodies[1:] {
			if b != bodies[0] {
				changed++
			}
		}
	}
	return len(p.got), again, changed
}

// TestTwoTellOnce: of two central logs on one PostgreSQL one alone tells people, each thing once; when it is killed in the
// middle of that the other goes on, nothing is missing, and what comes twice is the same notice. A third, whose configuration
// names nobody, keeps neither from it.
func TestTwoTellOnce(t *testing.T) {
	t.Parallel()
	web := &post{got: map[string][]string{}}
	server := httptest.NewServer(web)
	t.Cleanup(server.Close)
	broker, where := linktest.StartMosquitto(t), shelftest.Blank(t)
	at := map[string][]string{}
	mqtt := []string{"[mqtt]", fmt.Sprintf("broker = %q", broker.URL())}
	for _, name := range []string{"log-a", "log-b"} {
		at[name] = newSite(t, name, where, append(mqtt, "[notify]", `retry_most = "1s"`,
			"[[recipient]]", `name = "hook"`, `kind = "webhook"`, fmt.Sprintf("address = %q", server.URL),
			"[[rule]]", `recipients = ["hook"]`, `severity = "info"`, `types = ["access.granted"]`)...)
	}
	at["log-c"] = newSite(t, "log-c", where, mqtt...)
	pinned, err := note.NewVerifier(strings.TrimSpace(output(t, append(at["log-a"], "init")...)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"log-b", "log-c"} {
		copyKeys(t, at["log-a"], at[name])
		output(t, append(at[name], "init")...)
	}
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	output(t, append(at["log-a"], "pin", d.Keys.Public())...)

	s, err := shelf.OpenReader(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	serving(t, at["log-c"])
	outboxtest.Await(t, "one that tells nobody follows", func() bool { return shares(t, s)["log-c"] == 1 })
	teller := serving(t, at["log-a"])
	outboxtest.Await(t, "the first tells", func() bool { return strings.Contains(output(t, append(at["log-a"], "notify", "list")...), "hook") })
	serving(t, at["log-b"])
	d.Run(broker.URL(), nil)
	some := 100
	if testing.Short() {
		some = 20
	}
	for range some / 4 { // so that both would have something to look at
		commitNow(t, d, 4)
		outboxtest.Await(t, "it is confirmed", func() bool { return d.Out.Acked() == d.Store.Head().Size })
	}
	outboxtest.Await(t, "each is told", func() bool { all, _, _ := web.counts(); return all >= some })
	outboxtest.Await(t, "nothing waits", func() bool { return idle(t, at["log-b"]) })
	if all, again, _ := web.counts(); all != some || again != 0 {
		t.Errorf("%d of %d were told, %d of them more than once", all, some, again)
	}
	commitNow(t, d, some)
	outboxtest.Await(t, "it is in the middle of it", func() bool { all, _, _ := web.counts(); return all > some })
	_ = teller.Process.Kill()
	_ = teller.Wait()
	commitNow(t, d, some)
	outboxtest.Await(t, "the other tells the rest", func() bool { all, _, _ := web.counts(); return all == 3*some })
	outboxtest.Await(t, "nothing waits", func() bool { return idle(t, at["log-b"]) })
	all, again, changed := web.counts()
	t.Logf("told=%d lost=%d twice=%d changed=%d", all, 3*some-all, again, changed)
	if all != 3*some || changed != 0 {
		t.Errorf("%d of %d were told, %d with other bytes", all, 3*some, changed)
	}
}

// idle says that nothing waits for any recipient.
func idle(t *testing.T, at []string) bool {
	t.Helper()
	return strings.Contains(output(t, append(at, "notify", "list")...), "  0        -")
}
