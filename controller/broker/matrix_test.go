package broker_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/broker"
	"kidoban/controller/identity"
	"kidoban/controller/identity/identitytest"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// The identities of the matrix, in the order of its columns.
var cast = []identity.Identity{
	{Role: identity.Door, Site: "maizuru", Name: "main-ctl"},
	{Role: identity.Door, Site: "maizuru", Name: "north-ctl"},
	{Role: identity.Door, Site: "ayabe", Name: "main-ctl"},
	{Role: identity.Central, Site: "maizuru", Name: "central"},
	{Role: identity.Reader, Site: "maizuru", Name: "logger"},
}

// cell is a topic and, an identity each, what it may do there: P publish, R publish retained too, S subscribe to it and
// receive. The central log of maizuru speaks to ayabe's doors, too.
type cell struct {
	topic string
	may   [5]string // main-ctl, north-ctl, ayabe's main-ctl, central, logger
}

var matrix = []cell{
	{"kidoban/v1/maizuru/main-ctl/event/access", [5]string{"P", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/north-ctl/event/door", [5]string{"", "P", "", "S", "S"}},
	{"kidoban/v1/ayabe/main-ctl/event/access", [5]string{"", "", "P", "S", ""}},
	{"kidoban/v1/maizuru/central/event/notice", [5]string{"", "", "", "PS", "S"}},
	{"kidoban/v1/maizuru/logger/event/access", [5]string{"", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/main-ctl/batch", [5]string{"P", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/leaves", [5]string{"P", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/private/visit", [5]string{"P", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/status", [5]string{"PR", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/main-ctl/checkpoint", [5]string{"PR", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/main-ctl/door/room/state", [5]string{"PR", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/central/status", [5]string{"", "", "", "PRS", "S"}},
	{"kidoban/v1/maizuru/central/checkpoint", [5]string{"", "", "", "PRS", "S"}},
	{"kidoban/v1/maizuru/main-ctl/ack", [5]string{"S", "", "", "PRS", ""}},
	{"kidoban/v1/ayabe/main-ctl/ack", [5]string{"", "", "S", "PRS", ""}},
	{"kidoban/v1/fukuchiyama/main-ctl/ack", [5]string{"", "", "", "S", ""}},
	{"kidoban/v1/maizuru/north-ctl/resend", [5]string{"", "S", "", "PS", ""}},
	{"kidoban/v1/maizuru/main-ctl/roster", [5]string{"S", "", "", "PRS", ""}},
	{"kidoban/v1/maizuru/main-ctl/roster/people", [5]string{"S", "", "", "PRS", ""}},
	{"kidoban/v1/maizuru/main-ctl/roster/lost", [5]string{"S", "", "", "PRS", ""}},
	{"homeassistant/device/kidoban_maizuru_main-ctl/config", [5]string{"PR", "", "", "S", "S"}},
	{"homeassistant/device/other/config", [5]string{"", "", "", "S", "S"}},
	{"homeassistant/status", [5]string{"S", "S", "S", "S", "PR"}},
	{"kidoban/v1/maizuru/main-ctl/door/room/open", [5]string{"", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/main-ctl/event/access/x", [5]string{"", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/main-ctl", [5]string{"", "", "", "S", ""}},
	{"kidoban/v2/maizuru/main-ctl/event/access", [5]string{"", "", "", "", ""}},
	{"other", [5]string{"", "", "", "", ""}},
}

// filters with wildcards, and who is granted them. Of mosquitto, who grants all, the arrivals are judged alone.
var filters = []cell{
	{"#", [5]string{}},
	{"+/#", [5]string{}},
	{"$SYS/#", [5]string{"", "", "", "S", ""}},
	{"$share/g/kidoban/v1/maizuru/main-ctl/ack", [5]string{}},
	{"kidoban/v1/#", [5]string{"", "", "", "S", ""}},
	{"kidoban/v1/+/+/event/+", [5]string{"", "", "", "S", ""}},
	{"kidoban/v1/maizuru/+/event/#", [5]string{"", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/+/event/+", [5]string{"", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/+/status", [5]string{"", "", "", "S", "S"}},
	{"kidoban/v1/maizuru/+/+", [5]string{"", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/#", [5]string{"", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/+", [5]string{"", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/roster/#", [5]string{"S", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/roster/+", [5]string{"S", "", "", "S", ""}},
	{"kidoban/v1/maizuru/main-ctl/private/#", [5]string{"", "", "", "S", ""}},
}

var policy = broker.Policy{Sites: []string{"ayabe"}, HomeAssistant: true}

func TestAllowed(t *testing.T) {
	for _, c := range matrix {
		for n, i := range cast {
			for v, letter := range map[broker.Verb]string{broker.Publish: "P", broker.Retain: "R", broker.Subscribe: "S", broker.Receive: "S"} {
				if got, want := policy.Allowed(i, v, c.topic), strings.Contains(c.may[n], letter); got != want {
					t.Errorf("%s may %s %s: %v", i, v, c.topic, got)
				}
			}
		}
	}
	for _, c := range filters {
		for n, i := range cast {
			if got, want := policy.Allowed(i, broker.Subscribe, c.topic), c.may[n] == "S"; got != want {
				t.Errorf("%s may subscribe to %s: %v", i, c.topic, got)
			}
			if i.Role != identity.Central && policy.Allowed(i, broker.Publish, c.topic) {
				t.Errorf("%s may publish to the filter %s", i, c.topic)
			}
		}
	}
	bare := broker.Policy{}
	if bare.Allowed(cast[0], broker.Retain, broker.Discovery(cast[0])) || bare.Allowed(cast[4], broker.Subscribe, "homeassistant/device/+/config") {
		t.Error("Home Assistant is off and served")
	}
	if bare.Allowed(cast[3], broker.Publish, "kidoban/v1/ayabe/main-ctl/ack") {
		t.Error("a central log speaks to another site's doors")
	}
}

// house is a broker under test.
type house interface {
	config(i identity.Identity) link.Config
	strict() bool // ends who publishes what it may not, refuses filters, and knows what may be retained
}

// walls is what both brokers have: certificates of the cast, and one that sees everything.
type walls struct{ *identitytest.Authority }

func newWalls(t *testing.T) walls {
	w := walls{identitytest.New(t)}
	w.Enrol(identity.Broker, "broker")
	for _, i := range cast {
		w.Issue(file(i), i, time.Now(), time.Hour)
	}
	return w
}

func file(i identity.Identity) string { return i.Site + "-" + i.Name }

func (w walls) at(address string, i identity.Identity) link.Config {
	return link.Config{Broker: "tls://" + address, CA: w.CA(), Cert: w.Path(file(i) + ".pem"), Key: w.Path(file(i) + ".key"), ClientID: i.String(), Timeout: 5 * time.Second}
}

type mochi struct {
	walls
	broker *broker.Broker
}

func (m mochi) config(i identity.Identity) link.Config { return m.at(m.broker.Address(), i) }
func (mochi) strict() bool                             { return true }

type debian struct {
	walls
	*linktest.Mosquitto
	policy broker.Mosquitto
}

func (m debian) config(i identity.Identity) link.Config {
	return m.at(fmt.Sprintf("127.0.0.1:%d", m.Port()), i)
}
func (debian) strict() bool { return false }

// watcher may do everything; it is at either broker beside the cast.
var watcher = identity.Identity{Role: identity.Central, Site: "maizuru", Name: "watcher"}

func startMochi(t *testing.T) house {
	w := newWalls(t)
	w.Issue(file(watcher), watcher, time.Now(), time.Hour)
	b, err := broker.New(broker.Config{Listen: "127.0.0.1:0", Files: identity.NewFiles(w.CA(), w.Path("broker.pem"), w.Path("broker.key"), nil), Policy: policy, Inside: watcher})
	if err != nil {
		t.Fatal(err)
	}
	b.LetAll(watcher)
	run(t, b)
	return mochi{w, b}
}

func startMosquitto(t *testing.T) house {
	w := newWalls(t)
	w.Issue(file(watcher), watcher, time.Now(), time.Hour)
	list, err := w.Revocations(nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.Write("revoked.crl", list)
	m := broker.Mosquitto{Dir: w.Dir, Listen: "127.0.0.1:PORT", Central: "127.0.0.1:" + free(t), Policy: policy}
	w.Write("acl", []byte(m.ACL(cast)+"\nuser "+watcher.String()+"\ntopic readwrite #\ntopic read $SYS/#\n"))
	conf, err := m.Conf()
	if err != nil {
		t.Fatal(err)
	}
	return debian{w, linktest.StartMosquitto(t, conf), m}
}

// session is a connection whose arrivals are collected.
type session struct {
	t *testing.T
	*link.Link
}

func join(t *testing.T, c link.Config, will *link.Message, filters ...string) (session, error) {
	l, err := link.Open(context.Background(), c, will, filters...)
	return session{t, l}, err
}

// until collects arrivals up to the message of topic last.
func (s session) until(last string) (got []link.Message) {
	s.t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case m := <-s.In():
			if m.Topic == last {
				return got
			}
			if !m.Retained {
				got = append(got, m)
			}
		case <-s.Lost():
			s.t.Fatal(s.Why())
		case <-timeout:
			s.t.Fatalf("%s never came", last)
		}
	}
}

// put publishes, and reports whether the broker took it: acknowledged, as far as the client can see.
func (s session) put(m link.Message) error {
	before := s.Acknowledged()
	select {
	case s.Out() <- m:
	case <-s.Lost():
		return s.Why()
	}
	for s.Acknowledged() == before {
		select {
		case <-s.Progress():
		case <-s.Lost():
			return s.Why()
		}
	}
	return nil
}

const fence = "kidoban/v1/maizuru/watcher/event/fence"

func TestMatrix(t *testing.T) {
	for name, start := range map[string]func(*testing.T) house{"mochi": startMochi, "mosquitto": startMosquitto} {
		t.Run(name, func(t *testing.T) {
			h := start(t)
			eye, err := join(t, h.config(watcher), nil, "#")
			if err != nil {
				t.Fatal(err)
			}
			defer eye.Close()
			for n, i := range cast {
				publishing(t, h, eye, n, i)
				wills(t, h, eye, n, i)
				receiving(t, h, eye, n, i)
				subscribing(t, h, n, i)
			}
		})
	}
}

// some is a tenth of the matrix in short mode, another tenth for each identity.
func some(n int) []cell {
	if !testing.Short() {
		return matrix
	}
	return slices.Concat(matrix[n:n+2], matrix[len(matrix)-1-n:len(matrix)-n])
}

func publishing(t *testing.T, h house, eye session, n int, i identity.Identity) {
	for _, c := range some(n) {
		for _, retained := range []bool{false, true} {
			s, err := join(t, h.config(i), nil)
			if err != nil {
				t.Fatal(err)
			}
			err = s.put(link.Message{Topic: c.topic, Payload: []byte("1"), Retained: retained})
			s.Close()
			want := strings.Contains(c.may[n], "P") && (!retained || !h.strict() || strings.Contains(c.may[n], "R"))
			if want {
				eye.until(c.topic)
			}
			if err := eye.put(link.Message{Topic: fence, Payload: []byte("1")}); err != nil {
				t.Fatal(err)
			}
			if got := eye.until(fence); len(got) > 0 {
				t.Errorf("%s publishes to %s, retained %v: arrives on %s", i, c.topic, retained, got[0].Topic)
			}
			if h.strict() && (err == nil) != want {
				t.Errorf("%s publishes to %s, retained %v: is told %v", i, c.topic, retained, err)
			}
		}
	}
}

func wills(t *testing.T, h house, eye session, n int, i identity.Identity) {
	for _, c := range some(n) {
		s, err := join(t, h.config(i), &link.Message{Topic: c.topic, Payload: []byte("1")})
		want := strings.Contains(c.may[n], "P")
		if h.strict() && (err == nil) != want {
			t.Errorf("%s leaves a will on %s: %v", i, c.topic, err)
		}
		if err != nil {
			continue
		}
		s.Drop(errors.New("cut"))
		s.Close()
		if want {
			if m := <-eye.In(); m.Topic != c.topic {
				t.Errorf("the will of %s is on %s, want %s", i, m.Topic, c.topic)
			}
			continue
		}
		// Who comes again with the same id has seen the end of the connection before.
		if s, err = join(t, h.config(i), nil); err != nil {
			t.Fatal(err)
		}
		s.Close()
		if err := eye.put(link.Message{Topic: fence, Payload: []byte("1")}); err != nil {
			t.Fatal(err)
		}
		if got := eye.until(fence); len(got) > 0 {
			t.Errorf("%s's will on %s is published", i, c.topic)
		}
	}
}

// receiving has everything published while an identity listens to all that it is granted, and one topic more that ends it.
func receiving(t *testing.T, h house, eye session, n int, i identity.Identity) {
	last := map[identity.Role]string{identity.Door: i.Topic() + "resend", identity.Central: fence, identity.Reader: fence}[i.Role]
	wanted := []string{"#", last}
	if h.strict() {
		wanted = []string{last}
		for _, c := range slices.Concat(matrix, filters) {
			if strings.Contains(c.may[n], "S") && !strings.HasPrefix(c.topic, "$") {
				wanted = append(wanted, c.topic)
			}
		}
	}
	s, err := join(t, h.config(i), nil, wanted...)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range matrix {
		if c.topic == last {
			continue
		}
		if err := eye.put(link.Message{Topic: c.topic, Payload: []byte("1")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := eye.put(link.Message{Topic: last, Payload: []byte("1")}); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, m := range s.until(last) {
		got[m.Topic] = true
	}
	eye.until(last)
	for _, c := range matrix {
		if want := strings.Contains(c.may[n], "S"); got[c.topic] != want && c.topic != last {
			t.Errorf("%s receives %s: %v", i, c.topic, got[c.topic])
		}
	}
}

func subscribing(t *testing.T, h house, n int, i identity.Identity) {
	if !h.strict() {
		return
	}
	for _, c := range slices.Concat(some(n), filters) {
		s, err := join(t, h.config(i), nil, c.topic)
		if err == nil {
			s.Close()
		}
		if want := strings.Contains(c.may[n], "S"); (err == nil) != want {
			t.Errorf("%s subscribes to %s: %v", i, c.topic, err)
		}
	}
}

// What mosquitto does with identities: a revoked one is refused after SIGHUP, one without a section may do nothing, and
// nobody throws out another.
func TestMosquittoKnowsWhoIsWho(t *testing.T) {
	h := startMosquitto(t).(debian)
	a, err := join(t, h.config(cast[0]), nil, cast[0].Topic()+"ack")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c := h.config(cast[1])
	c.ClientID = cast[0].String()
	b, err := join(t, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := a.put(link.Message{Topic: cast[0].Topic() + "event/access", Payload: []byte("1")}); err != nil {
		t.Errorf("another has thrown it out: %v", err)
	}
	stranger := identitytest.New(t)
	stranger.Issue(file(cast[0]), cast[0], time.Now(), time.Hour)
	foreign := h.config(cast[0])
	foreign.Cert, foreign.Key = stranger.Path(file(cast[0])+".pem"), stranger.Path(file(cast[0])+".key")
	none := h.config(cast[0])
	none.Cert, none.Key = "", ""
	h.Issue("past", cast[0], time.Now().Add(-48*time.Hour), time.Hour)
	past := h.config(cast[0])
	past.Cert, past.Key = h.Path("past.pem"), h.Path("past.key")
	server := h.config(cast[0])
	server.Cert, server.Key = h.Path("broker.pem"), h.Path("broker.key")
	for what, c := range map[string]link.Config{"another authority": foreign, "no certificate": none, "expired": past, "the broker's": server} {
		if s, err := join(t, c, nil, "x"); err == nil {
			s.Close()
			t.Errorf("%s: let in", what)
		}
	}
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	return port
}

// After a revocation, and after a renewal of its own certificate, mosquitto only has to be told to read its files again.
func TestMosquittoIsTold(t *testing.T) {
	h := startMosquitto(t).(debian)
	a, b := cast[0], cast[1]
	lost := h.Issue(file(a), a, time.Now(), time.Hour)
	eye, err := join(t, h.config(watcher), nil, "#")
	if err != nil {
		t.Fatal(err)
	}
	defer eye.Close()
	up, err := join(t, h.config(a), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer up.Close()
	other, err := join(t, h.config(b), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	_, before := other.Certificates()

	list, err := h.Revocations([]string{lost.Serial}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h.Write("revoked.crl", list)
	h.Write("acl", []byte(h.policy.ACL(slices.DeleteFunc(slices.Clone(cast), func(i identity.Identity) bool { return i == a }))+
		"\nuser "+watcher.String()+"\ntopic readwrite #\n"))
	h.Enrol(identity.Broker, "broker")
	h.Reload()
	outboxtest.Await(t, "the new certificate is shown", func() bool {
		s, err := join(t, h.config(b), nil)
		if err != nil {
			return false
		}
		defer s.Close()
		_, after := s.Certificates()
		return after.SerialNumber.Cmp(before.SerialNumber) != 0
	})
	if s, err := join(t, h.config(a), nil, "x"); err == nil {
		s.Close()
		t.Error("a revoked certificate is let in")
	}
	if err := up.put(link.Message{Topic: a.Topic() + "event/access", Payload: []byte("1")}); err == nil {
		if err := eye.put(link.Message{Topic: fence, Payload: []byte("1")}); err != nil {
			t.Fatal(err)
		}
		if got := eye.until(fence); len(got) > 0 {
			t.Error("who was connected when it was revoked may go on publishing")
		}
	}
}
