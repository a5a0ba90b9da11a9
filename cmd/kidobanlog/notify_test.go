package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leodido/go-syslog/v4/rfc5424"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/notify/notifytest"
	"kidoban/controller/outbox/outboxtest"
)

// hook is a web server that refuses now and then.
type hook struct {
	mu   sync.Mutex
	last uint64
	got  map[string]string // by notice
	bad  []string
	n    int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n++; h.n%17 == 0 {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	id := r.Header.Get("Kidoban-Notice")
	e, err := journal.Parse(body)
	before, again := h.got[id]
	switch {
	case err != nil:
		h.bad = append(h.bad, err.Error())
	case again && before != string(body):
		h.bad = append(h.bad, id+" came again with other bytes")
	case !again && e.Sequence < h.last:
		h.bad = append(h.bad, fmt.Sprintf("%d after %d", e.Sequence, h.last))
	}
	h.last = max(h.last, e.Sequence)
	h.got[id] = string(body)
	w.WriteHeader(http.StatusAccepted)
}

func (h *hook) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.got)
}

const telling = `
name = "central"
[notify]
retry_most = "1s"
timeout = "2s"
[mail]
server = %[1]q
ca = %[2]q
username = "kidoban"
password_file = %[3]q
from = "kidoban@city.example"
[[recipient]]
name = "duty"
kind = "mail"
address = "duty@city.example"
[[recipient]]
name = "hook"
kind = "webhook"
address = %[4]q
secret_file = %[3]q
[[recipient]]
name = "audit"
kind = "syslog"
address = %[5]q
ca = %[2]q
[[rule]]
recipients = ["duty", "hook", "audit"]
severity = "info"
types = ["access.granted"]
`

// TestToldThoughKilled: the central log is killed again and again while the receivers come and go, too. Each is told of each
// entry; what comes twice has the same ID.
func TestToldThoughKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := notifytest.NewCertificates(t)
	mails, logs := notifytest.StartMail(t, c, false), notifytest.StartSyslog(t, c)
	web := &hook{got: map[string]string{}}
	server := httptest.NewServer(web)
	defer server.Close()
	conf := filepath.Join(dir, "central.toml")
	if err := os.WriteFile(conf, fmt.Appendf(nil, telling, mails.Addr, c.CA, notifytest.Secret(t, "correct horse"), server.URL, logs.Addr), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []string{"--config", conf, "--data", dir + "/data", "--keys", dir + "/keys"}
	pinned, err := note.NewVerifier(strings.TrimSpace(output(t, append(at, "init")...)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"duty": "duty: sent to mail: ", "hook": "hook: sent to webhook: 202", "audit": "audit: sent to syslog: closed"} {
		if got := output(t, append(at, "notify", "test", "--account", "mori", name)...); !strings.HasPrefix(got, want) {
			t.Errorf("notify test %s: %q", name, got)
		}
	}
	if m := mails.Mails(); len(m) != 1 || !strings.Contains(m[0].Data, "X-Kidoban-Notice: central/") {
		t.Errorf("the test mail: %+v", m)
	}
	web.mu.Lock()
	web.got, web.last = map[string]string{}, 0
	web.mu.Unlock()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	output(t, append(at, "pin", d.Keys.Public())...)
	// Recipients are told from the first start on.
	first := program(append(at, "serve", "--listen", addr)...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	outboxtest.Await(t, "the recipients are known", func() bool { return strings.Contains(output(t, append(at, "notify", "list")...), "audit") })
	_ = first.Process.Kill()
	_ = first.Wait()
	d.Run("tcp://"+addr, nil)
	kills, each := 5, 60
	if testing.Short() {
		kills = 2
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range kills {
		p := program(append(at, "serve", "--listen", addr)...)
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		commitNow(t, d, each)
		if i%2 == 0 {
			mails.Kill()
			logs.Kill()
		}
		time.Sleep(time.Duration(200+random.IntN(1000)) * time.Millisecond)
		if i%2 == 0 {
			mails.Start()
			logs.Start()
		}
		_ = p.Process.Kill()
		_ = p.Wait()
	}
	p := program(append(at, "serve", "--listen", addr)...)
	var said bytes.Buffer
	p.Stderr = &said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	all := kills * each
	ids := map[string]bool{}
	for seq := 1; seq <= all; seq++ {
		ids[fmt.Sprintf("main-ctl/%s/%018d", d.Store.Origin().Journal, seq)] = true
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("told %d of %d, refused %v\n%s%s\n%s", web.count(), all, web.bad, output(t, append(at, "notify", "list")...), output(t, append(at, "journals")...), said.String())
		}
	})
	outboxtest.Await(t, "the web server is told of all", func() bool { return web.count() >= all })
	outboxtest.Await(t, "nothing waits", func() bool {
		list := output(t, append(at, "notify", "list")...)
		return strings.Count(list, "  0        -") == 3
	})
	_ = p.Process.Signal(os.Interrupt)
	if err := p.Wait(); err != nil {
		t.Errorf("serve ends with %v: %s", err, said.String())
	}
	mailed, logged := missing(ids, "duty", inMails(mails)), missing(ids, "audit", inLines(logs))
	hooked := 0
	for id := range ids {
		if web.got[id+"/hook/0"] == "" {
			hooked++
		}
	}
	t.Logf("kills=%d entries=%d lost: mail=%d webhook=%d syslog=%d; letters=%d lines=%d requests=%d seed=%d", kills, all, mailed, hooked, logged, len(mails.Mails()), len(logs.Lines()), web.n, seed)
	if mailed+hooked+logged != 0 || len(web.bad) > 0 {
		t.Errorf("mail lacks %d, webhook %d, syslog %d of %d; %v", mailed, hooked, logged, all, web.bad)
	}
}

// commitNow records entries of today: those of long before a journal was accepted are told to nobody.
func commitNow(t *testing.T, d *outboxtest.Door, n int) {
	t.Helper()
	var all []journal.Entry
	for range n {
		e := d.Entry(journal.AccessGranted)
		e.At.Wall = time.Now()
		all = append(all, e)
	}
	if _, err := d.Store.Commit(context.Background(), ledger.Change{}, all); err != nil {
		t.Fatal(err)
	}
	d.Out.Kick()
}

// missing counts the entries of which text says nothing to a recipient.
func missing(ids map[string]bool, recipient, text string) (n int) {
	for id := range ids {
		if !strings.Contains(text, id+"/"+recipient+"/0") {
			n++
		}
	}
	return n
}

func inMails(s *notifytest.Server) string {
	var b strings.Builder
	for _, m := range s.Mails() {
		b.WriteString(strings.NewReplacer("=\r\n", "", "=\n", "").Replace(m.Data))
	}
	return b.String()
}

func inLines(s *notifytest.Server) string {
	var b strings.Builder
	for _, line := range s.Lines() {
		if m, err := rfc5424.NewParser().Parse([]byte(line)); err == nil {
			b.WriteString((*m.(*rfc5424.SyslogMessage).StructuredData)["kidoban@32473"]["notice"] + "\n")
		}
	}
	return b.String()
}

func TestNotifyMistakes(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--data", dir + "/data", "--keys", dir + "/keys"}
	output(t, append(at, "init")...)
	if got := output(t, append(at, "notify", "list")...); !strings.Contains(got, "nobody is told") {
		t.Errorf("%q", got)
	}
	for want, args := range map[string][]string{"add a [[recipient]]": {"notify", "test", "--account", "mori"}, `named "nobody"`: {"notify", "test", "--account", "mori", "nobody"}} {
		p := program(append(at, args...)...)
		var errs bytes.Buffer
		p.Stderr = &errs
		if err := p.Run(); err == nil || !strings.Contains(errs.String(), want) {
			t.Errorf("%v: %v: %s", args, err, errs.String())
		}
	}
}
