package crier_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
	"kidoban/controller/notify/crier"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/device"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a central log's database with one journal in it, and recipients whose channels can be cut.
type world struct {
	t     testing.TB
	shelf *shelf.Shelf
	own   shelf.Own
	boxes map[string]*box
	conf  crier.Config
	stop  func()
}

// box is the far end of a channel.
type box struct {
	mu   sync.Mutex
	got  []notify.Notice
	at   []time.Time
	why  error // not nil: the channel is cut
	once bool  // cut after the next one
}

func (b *box) Send(_ context.Context, all []notify.Notice) (sent int, answer string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range all {
		if b.why != nil {
			return sent, answer, b.why
		}
		b.got, b.at, sent, answer = append(b.got, n), append(b.at, time.Now()), sent+1, "taken"
		if b.once {
			b.once, b.why = false, errors.New("cut")
		}
	}
	return sent, answer, nil
}

func (b *box) cut(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.why = why
}

func (b *box) list() []notify.Notice {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]notify.Notice(nil), b.got...)
}

func now() (device.Instant, bool) { return device.Instant{Wall: time.Now()}, true }

func newWorld(t testing.TB, where string, rules ...notify.Rule) *world {
	t.Helper()
	f, err := shelf.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, shelf: f, boxes: map[string]*box{}, own: shelf.Own{Origin: journal.Origin{Site: "maizuru", Controller: "central", Boot: "b0", Zone: access.JST}}}
	private, public, err := note.GenerateKey(rand.Reader, w.own.Origin.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	w.own.Key = public
	if w.own.Signer, err = note.NewSigner(private); err != nil {
		t.Fatal(err)
	}
	central, _, err := note.GenerateKey(rand.Reader, "kidobanlog")
	if err != nil {
		t.Fatal(err)
	}
	if w.own.Central, err = note.NewSigner(central); err != nil {
		t.Fatal(err)
	}
	w.conf = crier.Config{Rules: notify.Rules{Rules: rules}, Own: w.own, Now: now, Poll: 5 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
		Pace: notify.Pace{Least: 10 * time.Millisecond, Most: 100 * time.Millisecond, Fail: time.Hour}}
	w.add("duty", true)
	w.add("hook", false)
	return w
}

func (w *world) add(name string, person bool) {
	w.boxes[name] = &box{}
	r := crier.Recipient{Recipient: notify.Recipient{Name: name, Person: person}, Channel: w.boxes[name], Batch: 7}
	if person {
		r.Batch, r.Digest = 1, 20
	}
	w.conf.Recipients = append(w.conf.Recipients, r)
}

func (w *world) run() {
	c := crier.New(w.conf, w.shelf)
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := c.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	var once sync.Once
	w.stop = func() { once.Do(func() { cancel(); work.Wait() }) }
}

func (w *world) close() {
	w.stop() // of the last run
	if err := w.shelf.Close(); err != nil {
		w.t.Error(err)
	}
}

// record writes entries into the journal; what raises an alarm does.
func (w *world) record(t journal.Type, change func(*journal.Data), times int) {
	w.t.Helper()
	var all []journal.Entry
	for i := range times {
		at, synced := now()
		e := journal.Entry{At: at, Synced: synced, Type: t, Severity: alarm.Severity(t), Subject: "door/room", Data: journal.Data{Door: "room", Count: int64(i + 1)}}
		if change != nil {
			change(&e.Data)
		}
		all = append(all, e)
	}
	if err := w.shelf.Record(context.Background(), w.own, all...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) queue(name string) shelf.Queue {
	w.t.Helper()
	all, err := w.shelf.Queues(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, q := range all {
		if q.Recipient == name {
			return q
		}
	}
	return shelf.Queue{}
}

func (w *world) await(what string, cond func() bool) {
	w.t.Helper()
	outboxtest.Await(w.t, what, cond)
}

var (
	dutyRule = notify.Rule{To: []string{"duty"}, Severity: journal.Warning, Repeat: 10 * time.Minute}
	hookRule = notify.Rule{To: []string{"hook"}, Severity: journal.Info, Types: []string{"access.*", "alarm.*"}}
)

// begun waits until the crier knows its recipients: they are told from then on.
func (w *world) begun() {
	w.await("it has begun", func() bool { return w.queue("hook").Recipient != "" })
}

func TestAnOutageLosesNothingAndFloodsNobody(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		w := newWorld(t, where, dutyRule, hookRule)
		w.record(journal.AccessDenied, nil, 5) // before anybody was a recipient
		w.run()
		defer func() { w.close() }()
		w.begun()
		for _, b := range w.boxes {
			b.cut(errors.New("connection refused"))
		}
		const many = 300
		w.record(journal.AccessDenied, nil, many)
		w.await("they wait", func() bool { return w.queue("hook").Waiting == many && w.queue("duty").Waiting == many })
		w.await("it is tried", func() bool { return w.queue("hook").Backoff.Tries > 2 })
		w.stop()
		w.run() // killed meanwhile, or restarted
		w.boxes["hook"].mu.Lock()
		w.boxes["hook"].once, w.boxes["hook"].why = true, nil // back for one, then gone again
		w.boxes["hook"].mu.Unlock()
		w.await("one is through", func() bool { return len(w.boxes["hook"].list()) == 1 })
		w.record(journal.AccessDenied, nil, 1)
		for _, b := range w.boxes {
			b.cut(nil)
		}
		w.await("all are told", func() bool {
			return w.queue("hook").Waiting == 0 && w.queue("duty").Waiting == 0 && len(w.boxes["hook"].list()) >= many+1
		})
		seen, last := map[string]bool{}, uint64(0)
		for _, n := range w.boxes["hook"].list() {
			e, err := journal.Parse(n.Entry)
			if err != nil || e.Entry.Type != journal.AccessDenied {
				t.Fatalf("%v %s", err, n.Entry)
			}
			if !seen[n.ID] && e.Sequence <= last {
				t.Fatalf("%d after %d", e.Sequence, last)
			}
			last = max(last, e.Sequence)
			seen[n.ID] = true
		}
		if len(seen) != many+1 {
			t.Errorf("%d of %d told", len(seen), many+1)
		}
		letters, told := w.boxes["duty"].list(), map[string]bool{}
		for _, l := range letters {
			for _, f := range append([]notify.Notice{l}, l.Folded...) {
				if f.Kind != notify.Digest {
					told[f.ID] = true
				}
			}
		}
		if len(told) != many+1 || len(letters) > 3 || letters[0].Kind != notify.Digest {
			t.Errorf("%d told in %d letters", len(told), len(letters))
		}
		if q := w.queue("hook"); q.Answer != "taken" || q.Sent != many+1 || q.Backoff.Tries != 0 {
			t.Errorf("%+v", q)
		}
	})
}

// A recipient who comes later hears of what happens then; one who is gone and comes back begins anew.
func TestANewRecipientBeginsNow(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		later := notify.Rule{To: []string{"later"}, Types: []string{"access.*"}, Severity: journal.Info}
		w := newWorld(t, where, hookRule)
		w.run()
		defer func() { w.close() }()
		w.begun()
		w.record(journal.AccessDenied, nil, 3)
		w.await("the first are told", func() bool { return len(w.boxes["hook"].list()) == 3 })
		w.stop()
		w.record(journal.AccessDenied, nil, 4) // while nobody looked
		w.add("later", false)
		w.conf.Rules.Rules = append(w.conf.Rules.Rules, later)
		w.run()
		w.await("it is there", func() bool { return w.queue("later").Recipient != "" })
		w.record(journal.AccessDenied, nil, 2)
		w.await("the old one is told of all", func() bool { return len(w.boxes["hook"].list()) == 9 })
		w.await("the new one of what came after it", func() bool { return len(w.boxes["later"].list()) == 2 })
		w.stop()
		if w.shelf.Shared() { // whom this one does not know, another may
			return
		}
		all, list := w.conf.Recipients, w.conf.Rules.Rules
		w.conf.Recipients, w.conf.Rules.Rules = nil, nil
		w.run()
		w.await("all are gone", func() bool { return w.queue("hook").Recipient == "" })
		w.record(journal.AccessDenied, nil, 5)
		w.stop()
		w.conf.Recipients, w.conf.Rules.Rules = all, list
		w.run()
		w.begun()
		w.record(journal.AccessDenied, nil, 1)
		w.await("they begin anew", func() bool { return len(w.boxes["hook"].list()) == 10 && len(w.boxes["later"].list()) == 3 })
	})
}

// A letter has a name only where its recipient may have names.
func TestNamesAreForThoseWhoMayHaveThem(t *testing.T) {
	w := newWorld(t, shelftest.SQLite(t), notify.Rule{To: []string{"duty", "hook"}, Types: []string{"access.denied"}})
	w.conf.Recipients[0].Names = true
	w.run()
	defer w.close()
	w.begun()
	at, synced := now()
	if err := w.shelf.Record(context.Background(), w.own, journal.Entry{At: at, Synced: synced, Type: journal.AccessDenied, Severity: journal.Warning,
		Subject: "door/room", Private: []byte(`{"salt":"00","name":"舞鶴 花子"}`)}); err != nil {
		t.Fatal(err)
	}
	w.await("both are told", func() bool { return len(w.boxes["duty"].list()) == 1 && len(w.boxes["hook"].list()) == 1 })
	if got := w.boxes["duty"].list()[0]; !strings.Contains(string(got.Private), "花子") {
		t.Errorf("%s", got.Private)
	}
	if got := w.boxes["hook"].list()[0]; got.Private != nil {
		t.Errorf("%s", got.Private)
	}
}

// entries are those of some types in the own journal, from the first on.
func (w *world) entries(types ...journal.Type) (all []journal.Sealed) {
	w.t.Helper()
	js, err := w.shelf.Journals(context.Background())
	if err != nil || len(js) != 1 {
		w.t.Fatal(err, len(js))
	}
	if err := w.shelf.Entries(context.Background(), js[0], 0, func(_ uint64, payload []byte) error {
		e, err := journal.Parse(payload)
		for _, t := range types {
			if err == nil && e.Entry.Type == t {
				all = append(all, e)
			}
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// In virtual time: an alarm is told, repeated, escalated, and after its acknowledgement told no more.
func TestRepeatedUntilAcknowledged(t *testing.T) {
	where := shelftest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, where, notify.Rule{To: []string{"duty"}, Severity: journal.Alert, Repeat: 10 * time.Minute, Escalate: 15 * time.Minute, EscalateTo: []string{"hook"}})
		w.conf.Poll = time.Second
		w.run()
		time.Sleep(time.Minute)
		began := time.Now()
		w.record(journal.DoorForced, nil, 1)
		w.record(journal.DoorForced, nil, 3) // the cause comes again: the same alarm
		time.Sleep(32 * time.Minute)
		raised := w.entries(journal.AlarmRaised)
		if len(raised) != 1 {
			t.Fatalf("%d alarms", len(raised))
		}
		at, synced := now()
		if err := w.shelf.Acknowledge(context.Background(), w.own, raised[0].Entry.Data.Alarm, shelf.Actor{Account: "guard"}, at, synced); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		for name, want := range map[string]string{"duty": "0 told:0, 10 repeated:1, 20 repeated:2, 30 repeated:3", "hook": "15 escalated:0, 25 repeated:1"} {
			b, got := w.boxes[name], []string(nil)
			for i, n := range b.list() {
				got = append(got, fmt.Sprintf("%d %s:%d", int(b.at[i].Sub(began).Minutes()), n.Kind, n.Turn))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if sent := w.entries(journal.NoticeSent); len(sent) != 6 || sent[0].Entry.Data.Recipient != "duty" || sent[0].Entry.Data.Document == "" {
			t.Errorf("%d on record: %+v", len(sent), sent)
		}
		w.close()
		time.Sleep(time.Minute)
	})
}

// A channel that is down for hours is an alarm, once, that the others hear of; what waits does not pile up repeats.
func TestAFailingChannelIsAnAlarmOnTheOthers(t *testing.T) {
	where := shelftest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, where, notify.Rule{To: []string{"duty", "hook"}, Severity: journal.Warning, Repeat: time.Hour})
		w.conf.Poll, w.conf.Pace = time.Second, notify.Pace{Least: time.Second, Most: 5 * time.Minute, Fail: 10 * time.Minute}
		w.run()
		time.Sleep(time.Minute)
		w.boxes["duty"].cut(errors.New("554 no"))
		w.record(journal.DoorForced, nil, 1)
		time.Sleep(9 * time.Minute)
		if len(w.entries(journal.NoticeFailed)) != 0 {
			t.Error("it is said too soon")
		}
		time.Sleep(6 * time.Hour)
		failed := w.entries(journal.NoticeFailed)
		if len(failed) != 1 || failed[0].Entry.Data.Recipient != "duty" || failed[0].Entry.Data.Count != 1 {
			t.Errorf("%+v", failed)
		}
		heard := false
		for _, n := range w.boxes["hook"].list() {
			heard = heard || alarm.CauseType(n.Alarm) == journal.NoticeFailed
		}
		if q := w.queue("duty"); !heard || q.Waiting != 1 || q.Answer != "554 no" || !q.Backoff.Said {
			t.Errorf("the others heard %v, %+v", heard, q)
		}
		w.boxes["duty"].cut(nil)
		time.Sleep(6 * time.Minute)
		if got := w.boxes["duty"].list(); len(got) != 1 || got[0].Kind != notify.Told {
			t.Errorf("%+v", got)
		}
		w.close()
		time.Sleep(time.Minute)
	})
}
