package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	builtin "kidoban/controller/broker"
	"kidoban/controller/identity"
	"kidoban/controller/identity/identitytest"
	"kidoban/controller/outbox/outboxtest"
)

// TestTheBrokersCertificateRunsOut: that of another broker, which this central log did not issue, is warned of once for
// good, over a restart too; its own, once that runs out.
func TestTheBrokersCertificateRunsOut(t *testing.T) {
	t.Parallel()
	a := identitytest.New(t)
	a.Issue("broker", identity.Identity{Role: identity.Broker, Site: "city", Name: "broker"}, time.Now(), 20*24*time.Hour)
	me := identity.Identity{Role: identity.Central, Site: "city", Name: "central"}
	a.Issue("central", me, time.Now(), 300*24*time.Hour)
	b, err := builtin.New(builtin.Config{Listen: "127.0.0.1:0", Files: identity.NewFiles(a.CA(), a.Path("broker.pem"), a.Path("broker.key"), nil),
		Inside: identity.Identity{Role: identity.Central, Site: "city", Name: "inside"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	at := newSite(t, "central", "", "[mqtt]", fmt.Sprintf("broker = %q", "tls://"+b.Address()), fmt.Sprintf("ca = %q", a.CA()),
		fmt.Sprintf("cert = %q", a.Path("central.pem")), fmt.Sprintf("key = %q", a.Path("central.key")))
	output(t, append(at, "init")...)
	found := func() string {
		out, _ := program(append(at, "search", "--controller", "central", "--kind", "certificate.expiring", "--json", "--purpose", "test", "--account", "mori")...).Output()
		return string(out) // refused until there is an own journal
	}
	run := func(until string) {
		c := serving(t, at)
		outboxtest.Await(t, "warned of the "+until, func() bool { return strings.Contains(found(), until) })
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			t.Errorf("serve ends with %v", err)
		}
	}
	run("broker certificate")
	if strings.Contains(found(), "own certificate") {
		t.Error("warned of one that is valid for long")
	}
	a.Issue("central", me, time.Now(), 29*24*time.Hour)
	run("own certificate") // which is looked at after the broker's
	if all := found(); strings.Count(all, "\n") != 2 {
		t.Errorf("want one line a certificate:\n%s", all)
	}
}
