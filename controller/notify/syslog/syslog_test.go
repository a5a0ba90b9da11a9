package syslog_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	library "github.com/leodido/go-syslog/v4"
	"github.com/leodido/go-syslog/v4/octetcounting"
	"github.com/leodido/go-syslog/v4/rfc5424"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
	"kidoban/controller/notify/notifytest"
	. "kidoban/controller/notify/syslog"
	"kidoban/controller/notify/trust"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/device"
)

func channel(c notifytest.Certificates, addr string, timeout time.Duration) *Channel {
	return New(Config{Server: addr, Trust: trust.Files{CA: c.CA}, Enterprise: 32473, Timeout: timeout})
}

func parse(t testing.TB, line string) *rfc5424.SyslogMessage {
	t.Helper()
	m, err := rfc5424.NewParser().Parse([]byte(line))
	if err != nil {
		t.Fatalf("%v: %q", err, line)
	}
	return m.(*rfc5424.SyslogMessage)
}

// rsyslog takes what we write, and each line is what the library, which is another's, reads as RFC 5424.
func TestRsyslogReceives(t *testing.T) {
	c := notifytest.NewCertificates(t)
	s := notifytest.StartSyslog(t, c)
	ch := channel(c, s.Addr, 5*time.Second)
	want := notifytest.Notices(t, 0, 200)
	sent, answer, err := ch.Send(context.Background(), want)
	if sent != 200 || !strings.HasPrefix(answer, "closed") || err != nil {
		t.Fatalf("%d, %q, %v", sent, answer, err)
	}
	outboxtest.Await(t, "all are in rsyslog's file", func() bool { return len(s.Lines()) == len(want) })
	for i, line := range s.Lines() {
		m := parse(t, line)
		d := (*m.StructuredData)["kidoban@32473"]
		if d["notice"] != want[i].ID || d["person"] != fmt.Sprintf("p-%d", i) || *m.Facility != 13 || *m.Hostname != "main-ctl" || *m.Appname != "kidoban" || *m.ProcID != "5f3a91c0" {
			t.Fatalf("%q", line)
		}
		if want := map[int]string{0: "6 access.granted", 1: "4 access.denied", 2: "1 door.forced", 3: "1 alarm.raised"}[i%4]; fmt.Sprint(*m.Severity, " ", *m.MsgID) != want {
			t.Errorf("%d %s, want %s", *m.Severity, *m.MsgID, want)
		}
		if _, unsure := (*m.StructuredData)["timeQuality"]; unsure != (i%2 == 1) || !m.Timestamp.Equal(time.Date(2026, 4, 1, 9, 0, i, 0, access.JST)) {
			t.Errorf("%q", line)
		}
	}
}

// rsyslog is killed again and again under load: what Send says is sent, is in its file, and in its order.
func TestRsyslogIsKilled(t *testing.T) {
	c := notifytest.NewCertificates(t)
	s := notifytest.StartSyslog(t, c)
	ch := channel(c, s.Addr, 2*time.Second)
	kills, size := 10, 100
	if testing.Short() {
		kills = 3
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := range kills {
			time.Sleep(time.Duration(i) * time.Millisecond)
			s.Kill()
			s.Start()
		}
	}()
	rounds, again := 0, 0
	for going := true; going || rounds < kills; rounds++ {
		batch := notifytest.Notices(t, rounds*size, size)
		for sent := 0; sent != size; {
			var err error
			if sent, _, err = ch.Send(context.Background(), batch); sent != 0 && sent != size || (err == nil) != (sent == size) {
				t.Fatalf("%d of %d are sent: %v", sent, size, err)
			}
			if err != nil {
				again++
				time.Sleep(2 * time.Millisecond) // while it starts
			}
		}
		select {
		case <-ended:
			going = false
		default:
		}
	}
	ids, last, lost := map[string]int{}, "", 0
	for _, line := range s.Lines() {
		m, err := rfc5424.NewParser().Parse([]byte(line))
		if err != nil {
			continue // torn by the kill: it came again
		}
		id := (*m.(*rfc5424.SyslogMessage).StructuredData)["kidoban@32473"]["notice"]
		if ids[id]++; ids[id] == 1 && id < last {
			t.Errorf("%s after %s", id, last)
		}
		last = max(last, id)
	}
	for _, n := range notifytest.Notices(t, 0, rounds*size) {
		if ids[n.ID] == 0 {
			lost++
		}
	}
	t.Logf("kills=%d failed_sends=%d notices=%d lines=%d lost=%d", kills, again, rounds*size, len(s.Lines()), lost)
	// What rsyslog had read and not written when it was killed is its own loss, and the README says so.
	if lost > rounds*size/10 {
		t.Errorf("%d of %d are lost", lost, rounds*size)
	}
}

// A receiver in our own hands: what it does before it closes decides whether the notices are sent.
func TestSentIsWhatWasRead(t *testing.T) {
	c := notifytest.NewCertificates(t)
	own, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]struct {
		receive func(conn *tls.Conn, given <-chan struct{}) // given up by the sender
		ok      bool
	}{
		"reads all and closes": {func(conn *tls.Conn, _ <-chan struct{}) { readAll(t, conn); conn.Close() }, true},
		"reads nothing and dies": {func(conn *tls.Conn, _ <-chan struct{}) {
			_ = conn.Handshake()
			time.Sleep(50 * time.Millisecond)
			_ = conn.NetConn().(*net.TCPConn).SetLinger(0)
			conn.NetConn().Close()
		}, false},
		"reads a part and dies": {func(conn *tls.Conn, _ <-chan struct{}) {
			_, _ = conn.Read(make([]byte, 100))
			time.Sleep(50 * time.Millisecond)
			conn.NetConn().Close()
		}, false},
		"hangs": {func(conn *tls.Conn, given <-chan struct{}) { _ = conn.Handshake(); <-given; conn.Close() }, false},
	} {
		l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{own}})
		if err != nil {
			t.Fatal(err)
		}
		done, given := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			if conn, err := l.Accept(); err == nil {
				f.receive(conn.(*tls.Conn), given)
			}
		}()
		sent, answer, err := channel(c, l.Addr().String(), 200*time.Millisecond).Send(context.Background(), notifytest.Notices(t, 0, 100))
		close(given)
		if (err == nil) != f.ok || (sent == 100) != f.ok {
			t.Errorf("%s: %d, %q, %v", name, sent, answer, err)
		}
		<-done
		l.Close()
	}
}

func readAll(t *testing.T, conn net.Conn) {
	n := 0
	octetcounting.NewParser(library.WithListener(func(r *library.Result) {
		if r.Error == nil && r.Message != nil {
			n++
		}
	})).Parse(conn)
	if n != 100 {
		t.Errorf("%d read", n)
	}
}

// FuzzMessage: whatever an entry says, what we write is RFC 5424 to another's parser.
func FuzzMessage(f *testing.F) {
	f.Add("access.denied", "room", `a"b\c]d`, "main-ctl", "reason\n")
	f.Fuzz(func(t *testing.T, typ, door, person, controller, detail string) {
		e := journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, access.JST)}, Type: journal.Type(typ), Severity: journal.Alert, Subject: "s",
			Data: journal.Data{Door: door, Person: person, Detail: detail}}
		payload, err := e.Seal(nil, journal.Origin{Site: "s", Controller: controller, Journal: "5f3a91c0", Boot: "b", Zone: access.JST}, 1, [16]byte{})
		if err != nil {
			return
		}
		m, err := Message(Config{Enterprise: 32473}, notify.Notice{ID: "x/" + person, Entry: payload})
		if err != nil {
			return
		}
		if _, err := rfc5424.NewParser().Parse(bytes.Clone(m)); err != nil {
			t.Fatalf("%v: %q", err, m)
		}
	})
}
