package outbox_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	builtin "kidoban/controller/broker"
	"kidoban/controller/identity"
	"kidoban/controller/identity/identitytest"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

// said is a log that a test reads while it is written.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.b.String(), text)
}

// A certificate that runs out within the warning is told of while all is well, the broker's too; a new one is taken up
// without losing the link.
func TestACertificateRunsOutAndIsRenewed(t *testing.T) {
	a := identitytest.New(t)
	a.Issue("broker", identity.Identity{Role: identity.Broker, Site: "maizuru", Name: "broker"}, time.Now(), 20*24*time.Hour)
	me := identity.Identity{Role: identity.Door, Site: "maizuru", Name: "main-ctl"}
	a.Issue("door", me, time.Now(), 300*24*time.Hour)
	b, err := builtin.New(builtin.Config{Listen: "127.0.0.1:0", Files: identity.NewFiles(a.CA(), a.Path("broker.pem"), a.Path("broker.key"), nil),
		Inside: identity.Identity{Role: identity.Central, Site: "maizuru", Name: "central"}})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, b)
	_, public, err := note.GenerateKey(nil, "kidobanlog")
	if err != nil {
		t.Fatal(err)
	}
	pinned, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	var log said
	d.Run("tls://"+b.Address(), func(c *outbox.Config) {
		c.Link = link.Config{Broker: "tls://" + b.Address(), CA: a.CA(), Cert: a.Path("door.pem"), Key: a.Path("door.key"), Timeout: 5 * time.Second, Look: 20 * time.Millisecond}
		c.Pace.Expiry = 20 * time.Millisecond
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	d.Commit(1)
	outboxtest.Await(t, "told of the broker's", func() bool { return d.Noticed(outbox.Expiring) && log.has(`whose="broker certificate"`) })
	if log.has(`whose="own certificate"`) {
		t.Error("told of one that is valid for long")
	}
	a.Issue("door", me, time.Now(), 29*24*time.Hour)
	outboxtest.Await(t, "told of its own", func() bool { return log.has(`whose="own certificate"`) })
	outboxtest.Await(t, "connected anew", func() bool { return log.has("connecting again with the new certificate") })
	eye, err := link.Open(context.Background(), link.Config{Dial: b.Dial, ClientID: "kidoban/maizuru/central"}, nil, prefix+"event/+")
	if err != nil {
		t.Fatal(err)
	}
	defer eye.Close()
	d.Commit(1)
	<-eye.In()
	if d.Noticed(outbox.Lost) {
		t.Error("the link was lost on the way")
	}
}
