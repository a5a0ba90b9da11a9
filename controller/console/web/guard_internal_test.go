package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// A network of IPv6 counts as one address: who has one has them all.
func TestOneNetworkIsOneAddress(t *testing.T) {
	l, now := newLimits(1, 5, addressesMost), time.Now()
	n := 0
	for i := range 100 {
		if l.allow(fmt.Sprintf("2001:db8:0:1::%x%%eth0", i+1), now) {
			n++
		}
	}
	if n != 5 || len(l.byAddress) != 1 {
		t.Errorf("%d of a hundred addresses of one network are let in, %d are kept", n, len(l.byAddress))
	}
	for _, other := range []string{"2001:db8:0:2::1", "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "not an address"} {
		if !l.allow(other, now) {
			t.Errorf("%s waits for others", other)
		}
	}
}

// Whatever strangers send, what is kept of it is bounded; who is signed in sends nothing twice, however much others do.
func TestStrangersFillNoMemory(t *testing.T) {
	o, now := newOnce(), time.Now()
	mine := o.make("session", now)
	if !o.use(mine, "session", true, now) {
		t.Fatal("a fresh token is refused")
	}
	for range 3 * strangersMost {
		token := o.make("place", now)
		if !o.use(token, "place", false, now) || o.use(token, "place", false, now) {
			t.Fatal("a stranger's token is not good once")
		}
	}
	if n := len(o.strangers[0]) + len(o.strangers[1]); n > 2*strangersMost {
		t.Errorf("%d of strangers' tokens are kept", n)
	}
	if o.use(mine, "session", true, now) {
		t.Error("an order is taken twice")
	}
	if o.use(o.make("session", now), "session", true, now.Add(onceFor)) {
		t.Error("an old token is good")
	}
	if !o.use(o.make("session", now.Add(onceFor)), "session", true, now.Add(onceFor+time.Minute)) || len(o.spent) != 1 {
		t.Errorf("%d used tokens are kept", len(o.spent))
	}
}

// A form with a secret in it is filled in anew after a proof; any other is sent again.
func TestNoSecretIsKeptForLater(t *testing.T) {
	s := &Server{mux: http.NewServeMux()}
	for field, kept := range map[string]bool{"pin": false, "code": false, "password_new": false, "response": false, "reason": true} {
		c := &Call{R: httptest.NewRequest("POST", "/order", nil), Form: &Form{Values: url.Values{field: {"835291"}, "once": {"x"}, "card": {"S-01"}}}, server: s}
		if k := c.keep(); (k.Path != "") != kept || kept != (len(k.Pair) == 2) {
			t.Errorf("%s: %+v", field, k)
		}
	}
}

// Who guesses at an account, at as many as they like, keeps nobody else at the same address from theirs.
func TestGuessesAreCountedByAccount(t *testing.T) {
	s := &Server{tries: newLimits(triesPerSecond, triesAtOnce, triedMost), signs: newLimits(signsPerSecond, signsAtOnce, addressesMost)}
	now := time.Now()
	try := func(path, field, of string) bool {
		r := httptest.NewRequest("POST", path, nil)
		c := &Call{R: r, Now: now, Form: &Form{Values: url.Values{field: {of}}}, server: s}
		return s.signs.allow(remote(r), now) && !c.tooOften()
	}
	taken := 0
	for range 100 {
		if try("/sign-in", "account", "Officer ") {
			taken++
		}
	}
	if taken != triesAtOnce || try("/sign-in", "account", "officer") {
		t.Errorf("%d of a hundred guesses at one account were taken", taken)
	}
	for _, x := range [][3]string{{"/sign-in", "account", "clerk"}, {"/sign-in/code", "pending", "officer"}, {"/sign-in/passkey", "flow", "officer"}} {
		if !try(x[0], x[1], x[2]) {
			t.Errorf("%s of %s waits for who guesses at another", x[0], x[2])
		}
	}
	now = now.Add(time.Minute)
	if !try("/sign-in", "account", "officer") {
		t.Error("after a minute nothing is taken")
	}
	for i := range 2 * signsAtOnce {
		try("/sign-in", "account", fmt.Sprint(i))
	}
	if try("/sign-in", "account", "one more") {
		t.Error("one address tries as many accounts as it likes")
	}
}
