//go:build lab

package lab_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"kidoban/device/lab"
)

// published is one entry as it came over MQTT.
type published struct {
	Type      string `json:"type"`
	Sequence  string `json:"sequence"`
	Monotonic string `json:"monotonic"`
	Data      struct {
		Direction  string `json:"direction"`
		Person     string `json:"person"`
		Credential string `json:"credential"`
		Reason     string `json:"reason"`
		Grant      string `json:"grant"`
		Detail     string `json:"detail"`
		Count      int64  `json:"count"`
	} `json:"data"`

	came time.Duration
	raw  string
}

// at is when it happened, to the millisecond.
func (p published) at() time.Duration {
	ms, err := strconv.ParseInt(p.Monotonic, 10, 64)
	if err != nil {
		return -1
	}
	return time.Duration(ms) * time.Millisecond
}

// anyone lets everyone in to the broker: it is alone in the guest.
type anyone struct{ mqtt.HookBase }

func (*anyone) Provides(b byte) bool                                    { return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck }
func (*anyone) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }
func (*anyone) OnACLCheck(*mqtt.Client, string, bool) bool              { return true }

// recorder is a broker and one who listens to all of it.
type recorder struct {
	mu   sync.Mutex
	all  []published
	bad  []string
	next int           // first that nobody asked for yet
	news chan struct{} // closed when another comes
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	b := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	must(t, b.AddHook(new(anyone), nil))
	must(t, b.AddListener(listeners.NewTCP(listeners.Config{ID: "lab", Address: "127.0.0.1:1883"})))
	must(t, b.Serve())
	t.Cleanup(func() { b.Close() })
	r := &recorder{news: make(chan struct{})}
	c := paho.NewClient(paho.NewClientOptions().AddBroker("tcp://127.0.0.1:1883").SetClientID("lab-listener").SetOrderMatters(true))
	for _, step := range []func() paho.Token{
		c.Connect,
		func() paho.Token { return c.Subscribe("kidoban/v1/lab/lab-ctl/event/#", 1, r.take) },
	} {
		if token := step(); !token.WaitTimeout(10*time.Second) || token.Error() != nil {
			t.Fatalf("listen to the broker: %v", token.Error())
		}
	}
	t.Cleanup(func() { c.Disconnect(100) })
	return r
}

func (r *recorder) take(_ paho.Client, m paho.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := published{came: lab.Now(), raw: string(m.Payload())}
	if err := json.Unmarshal(m.Payload(), &p); err != nil {
		r.bad = append(r.bad, fmt.Sprintf("%s: %v", m.Topic(), err))
		return
	}
	for _, known := range r.all {
		if known.Sequence == p.Sequence {
			if known.raw != p.raw {
				r.bad = append(r.bad, p.Sequence+" came twice and differs")
			}
			return
		}
	}
	p.Type = strings.TrimPrefix(p.Type, "kidoban.")
	if want := strings.Split(p.Type, ".")[0]; !strings.HasSuffix(m.Topic(), "/event/"+want) {
		r.bad = append(r.bad, fmt.Sprintf("%s came on %s", p.Type, m.Topic()))
	}
	r.all = append(r.all, p)
	close(r.news)
	r.news = make(chan struct{})
}

// wait gives the next entry of this type that nobody waited for yet, and passes over those before it.
func (r *recorder) wait(t *testing.T, what string, limit time.Duration) published {
	t.Helper()
	late := time.After(limit)
	for {
		p, ok, news := r.pass(what)
		if ok {
			return p
		}
		select {
		case <-news:
		case <-late:
			t.Fatalf("no %s within %v", what, limit)
		}
	}
}

func (r *recorder) pass(what string) (p published, ok bool, news <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := r.next; i < len(r.all); i++ {
		if r.all[i].Type == what {
			r.next = i + 1
			return r.all[i], true, nil
		}
	}
	return published{}, false, r.news
}

// since gives the entries of a type from an instant on.
func (r *recorder) since(what string, from time.Duration) (list []published) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.all {
		if p.Type == what && p.at() >= from.Truncate(time.Millisecond) {
			list = append(list, p)
		}
	}
	return list
}

// verify holds what came against the contract: from 0, consecutive, each once.
func (r *recorder) verify(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.bad {
		t.Error(b)
	}
	for i, p := range r.all {
		if n, err := strconv.Atoi(p.Sequence); err != nil || n != i {
			t.Errorf("entry %d has sequence %q", i, p.Sequence)
			return
		}
	}
}

// String is the record as lines.
func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, p := range r.all {
		fmt.Fprintf(&b, "%s %11.3f %s %s %s %s\n", p.Sequence, p.at().Seconds(), p.Type, p.Data.Direction, p.Data.Reason, p.Data.Detail)
	}
	return b.String()
}
