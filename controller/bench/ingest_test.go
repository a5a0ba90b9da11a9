package bench_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
)

// ingest is P7: entries come one a message over Debian's broker, and are confirmed once they are durable. Beside it two
// loggers as anybody writes them: python3-paho-mqtt with sqlite3, which commits each message, and mosquitto_sub piped into
// sqlite3, which commits all of them at the end; and the bulk insert of P6.
func ingest(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	bin := programs(t, dir)
	n, few := count(20_000, 200), count(1000, 20)
	s := build(t, filepath.Join(dir, "p7"), 100, n)
	w := watch(t, bin, filepath.Join(dir, "p7c"), s)
	p := publisher{t: t, site: s, broker: "tcp://" + w.broker}
	p.heard()
	var bulk, piped []time.Duration
	r := measure(t, func() (r round) {
		ours := p.confirmed(n)
		rows := p.payloads(n)
		r.add(ours/time.Duration(n), p.stored(rows[:few], filepath.Join(dir, "p7.py.db"), python)/time.Duration(few))
		piped = append(piped, p.stored(rows, filepath.Join(dir, "p7.sub.db"), pipe)/time.Duration(n))
		bulk = append(bulk, insert(t, filepath.Join(dir, "p7.db"), rows)/time.Duration(n))
		return r
	})
	perSecond := func(d time.Duration) float64 { return float64(time.Second) / float64(d) }
	peer := 1 / r.ratio(50)
	x := float64(quantile(bulk, 50)) / float64(r.ours(50))
	show(line{"P7", "ingest one by one, durable before confirmed", fmt.Sprintf("%.0fx %.2fx", peer, x), "4x, 0.25x", "12x 0.6x",
		verdict(r.enough(), peer >= 4 && x >= 0.25, peer >= 12 && x >= 0.6),
		fmt.Sprintf("%.1fk/s; Python %.0f/s; mosquitto_sub into sqlite3, not durable before its end, %.1fk/s; bulk insert %.0fk/s; %s",
			perSecond(r.ours(50))/1e3, perSecond(r.limit(50)), perSecond(quantile(piped, 50))/1e3, perSecond(quantile(bulk, 50))/1e3, r.count())})
}

// publisher plays a door's journal to a broker, one entry a message.
type publisher struct {
	t      *testing.T
	site   *site
	broker string
	done   uint64 // entries confirmed
}

const topic = "kidoban/v1/maizuru/main-ctl/"

// confirmed publishes the next n entries with a checkpoint every so often, and waits for the ack of all. What is published
// is made ready before, as for the others.
func (p *publisher) confirmed(n int) time.Duration {
	p.t.Helper()
	disk := p.site.open(p.t)
	defer disk.Close()
	for disk.Head().Size < p.done+uint64(n) {
		fill(p.t, disk, n)
	}
	end := p.done + uint64(n)
	var all []link.Message
	for from := p.done; from < end; {
		some := p.some(disk, from, min(250, end-from))
		all, from = append(all, some...), from+uint64(len(some)-1)
	}
	l := p.join("player", topic+"ack")
	defer l.Close()
	began := time.Now()
	for _, m := range all {
		p.put(l, m)
	}
	for m := range l.In() {
		if acks(m, end) {
			break
		}
	}
	p.done = end
	return time.Since(began)
}

// heard plays the first entry until the central log, which has just been started, confirms it.
func (p *publisher) heard() {
	p.t.Helper()
	disk := p.site.open(p.t)
	defer disk.Close()
	l := p.join("player", topic+"ack")
	defer l.Close()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		for _, m := range p.some(disk, 0, 1) {
			p.put(l, m)
		}
		p.done = 1
		select {
		case m := <-l.In():
			if acks(m, p.done) {
				return
			}
		case <-time.After(200 * time.Millisecond):
		}
	}
	p.t.Fatal("the central log confirms nothing")
}

// acks says whether m confirms so many entries.
func acks(m link.Message, size uint64) bool {
	return strings.Contains(string(m.Payload), fmt.Sprintf(`"sequence":%d,`, size-1))
}

// some is n entries and a checkpoint over all until then, each as a message.
func (p *publisher) some(disk *store.Store, from, n uint64) (all []link.Message) {
	rows, err := disk.Rows(context.Background(), from, int(n))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, r := range rows {
		all = append(all, link.Message{Topic: topic + "event/" + r.Class, Payload: r.Payload})
	}
	from += uint64(len(rows))
	root, err := disk.RootAt(context.Background(), from)
	if err != nil {
		p.t.Fatal(err)
	}
	head := journal.Checkpoint{Origin: disk.Origin().Line(), Size: from, Root: root, Time: time.Now(), Clock: journal.Synchronised}
	msg, err := head.Sign(p.site.keys.Signer())
	if err != nil {
		p.t.Fatal(err)
	}
	return append(all, link.Message{Topic: topic + "checkpoint", Payload: msg})
}

// payloads are the last n of what is confirmed.
func (p *publisher) payloads(n int) [][]byte {
	disk := p.site.open(p.t)
	defer disk.Close()
	return payloads(p.t, disk, n)
}

func (p *publisher) join(name string, filters ...string) *link.Link {
	p.t.Helper()
	l, err := link.Open(context.Background(), link.Config{Broker: p.broker, ClientID: name}, nil, filters...)
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

// put hands a message over; acks that come meanwhile are old ones.
func (p *publisher) put(l *link.Link, m link.Message) {
	for {
		select {
		case l.Out() <- m:
			return
		case <-l.In():
		case <-l.Lost():
			p.t.Fatal(l.Why())
		}
	}
}

// stored publishes payloads to a logger of others, and waits until it says that it has all.
func (p *publisher) stored(payloads [][]byte, db string, logger func(host, port, db string, n int) *exec.Cmd) time.Duration {
	p.t.Helper()
	host, port, _ := strings.Cut(strings.TrimPrefix(p.broker, "tcp://"), ":")
	c := logger(host, port, db, len(payloads))
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	p.says(lines, "ready")
	l := p.join("player")
	defer l.Close()
	began := time.Now()
	for _, b := range payloads {
		p.put(l, link.Message{Topic: "others/event", Payload: b})
	}
	p.says(lines, "done")
	took := time.Since(began)
	if err := c.Wait(); err != nil {
		p.t.Fatal(err)
	}
	return took
}

func (p *publisher) says(r *bufio.Reader, word string) {
	p.t.Helper()
	for {
		got, err := r.ReadString('\n')
		if strings.Contains(got, word) {
			return
		}
		if err != nil && err != io.EOF || err == io.EOF {
			p.t.Fatalf("a logger ends before it says %q: %v", word, err)
		}
	}
}

// python is a logger of some lines, with Debian's python3-paho-mqtt.
func python(host, port, db string, n int) *exec.Cmd {
	const script = `
import sqlite3, sys, paho.mqtt.client as mqtt
host, port, path, n = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
db = sqlite3.connect(path)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, payload BLOB)")
got = 0
def message(client, _, m):
    global got
    db.execute("INSERT INTO entry (payload) VALUES (?)", (m.payload,))
    db.commit()
    got += 1
    if got == n:
        print("done", flush=True)
        client.disconnect()
c = mqtt.Client("python")
c.on_message = message
c.on_connect = lambda *_: c.subscribe("others/#", 1)
c.on_subscribe = lambda *_: print("ready", flush=True)
c.connect(host, port)
c.loop_forever()
`
	return exec.Command("/usr/bin/python3", "-c", script, host, port, db, fmt.Sprint(n))
}

// pipe is mosquitto_sub piped into sqlite3.
func pipe(host, port, db string, n int) *exec.Cmd {
	const script = `sqlite3 "$3" "CREATE TABLE IF NOT EXISTS entry (payload TEXT)"
at="-h $1 -p $2 -i pipe -c -q 1 -t others/#"
mosquitto_sub $at -E && echo ready
mosquitto_sub $at -C "$4" | sqlite3 "$3" '.mode ascii' '.separator "\x1f" "\n"' '.import /dev/stdin entry'
echo done`
	return exec.Command("sh", "-c", script, "sh", host, port, db, fmt.Sprint(n))
}
