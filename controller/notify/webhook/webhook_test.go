package webhook_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kidoban/controller/notify"
	"kidoban/controller/notify/notifytest"
	"kidoban/controller/notify/trust"
	. "kidoban/controller/notify/webhook"
)

// receiver is a web server that keeps what it takes.
type receiver struct {
	mu     sync.Mutex
	got    []string
	heads  []http.Header
	status []int // of the next answers; then 204
	hang   chan struct{}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	if r.hang != nil {
		<-r.hang
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	status := http.StatusNoContent
	if len(r.status) > 0 {
		status, r.status = r.status[0], r.status[1:]
	}
	if status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
	if status/100 == 2 {
		r.got, r.heads = append(r.got, string(body)), append(r.heads, q.Header)
	}
}

func start(t *testing.T, r *receiver, c notifytest.Certificates) *httptest.Server {
	t.Helper()
	own, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(r)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{own}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestTheEventArrivesAsItIs(t *testing.T) {
	c, r := notifytest.NewCertificates(t), &receiver{}
	s := start(t, r, c)
	ch := New(Config{URL: s.URL, Trust: trust.Files{CA: c.CA}, Secret: notifytest.Secret(t, "k3y"), Timeout: 5 * time.Second})
	want := notifytest.Notices(t, 0, 5)
	want = append(want, notify.Notice{ID: "its retention ended"})
	sent, answer, err := ch.Send(context.Background(), want)
	if sent != 6 || answer != "204 No Content" || err != nil {
		t.Fatalf("%d, %q, %v", sent, answer, err)
	}
	if len(r.got) != 5 {
		t.Fatalf("%d arrived", len(r.got))
	}
	for i, body := range r.got {
		h := r.heads[i]
		if body != string(want[i].Entry) || h.Get("Kidoban-Notice") != want[i].ID || h.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" {
			t.Errorf("%s %v", body, h)
		}
		if h.Get("Kidoban-Signature") != "v1="+Sign([]byte("k3y"), h.Get("Kidoban-Timestamp"), h.Get("Kidoban-Notice"), []byte(body)) {
			t.Errorf("its signature is another: %v", h)
		}
	}
	// As openssl dgst -sha256 -hmac k3y computes it.
	if got := Sign([]byte("k3y"), "1775002512", "main-ctl/5f3a91c0/000000000000000007/hook/0", []byte("{}")); got != "2371420e87e5f760fd2268ed1c4e1fa75e4f9c7898927d3228c086e96291907f" {
		t.Errorf("Sign = %s", got)
	}
}

func TestReceiversThatFail(t *testing.T) {
	c, other := notifytest.NewCertificates(t), notifytest.NewCertificates(t)
	for name, f := range map[string]struct {
		status []int
		want   string
		sent   int
	}{
		"a failure after one": {[]int{200, 500}, "500", 1}, "a redirect": {[]int{302}, "redirect is refused", 0}, "gone": {[]int{410}, "410", 0},
	} {
		r := &receiver{status: f.status}
		ch := New(Config{URL: start(t, r, c).URL + "/secret-path", Trust: trust.Files{CA: c.CA}, Timeout: 5 * time.Second})
		sent, _, err := ch.Send(context.Background(), notifytest.Notices(t, 0, 3))
		if sent != f.sent || err == nil || !strings.Contains(err.Error(), f.want) || len(r.got) != f.sent {
			t.Errorf("%s: %d, %v", name, sent, err)
		}
		if sent, _, err := ch.Send(context.Background(), notifytest.Notices(t, sent, 3-sent)); sent != 3-f.sent || err != nil || len(r.got) != 3 {
			t.Errorf("%s, afterwards: %d, %v", name, sent, err)
		}
	}
	hangs := &receiver{hang: make(chan struct{})}
	slow := start(t, hangs, c)
	defer close(hangs.hang)
	for url, want := range map[string]string{slow.URL + "/secret-path": "deadline", "https://127.0.0.1:1/secret-path": "refused"} {
		_, _, err := New(Config{URL: url, Trust: trust.Files{CA: c.CA}, Timeout: 100 * time.Millisecond}).Send(context.Background(), notifytest.Notices(t, 0, 1))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, _, err := New(Config{URL: slow.URL, Trust: trust.Files{CA: other.CA}, Timeout: 5 * time.Second}).Send(context.Background(), notifytest.Notices(t, 0, 1)); err == nil ||
		!strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: %v", err)
	}
}
