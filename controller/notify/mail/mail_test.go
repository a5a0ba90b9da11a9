package mail_test

import (
	"context"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"kidoban/controller/notify"
	. "kidoban/controller/notify/mail"
	"kidoban/controller/notify/notifytest"
	"kidoban/controller/notify/trust"
)

func channel(t *testing.T, c notifytest.Certificates, addr string, how Security, password string) *Channel {
	return New(Config{Server: addr, Security: how, Trust: trust.Files{CA: c.CA}, Username: "kidoban", Password: notifytest.Secret(t, password),
		From: "kidoban <kidoban@city.example>", To: "duty@city.example", Timeout: 5 * time.Second})
}

func TestLettersArrive(t *testing.T) {
	c := notifytest.NewCertificates(t)
	for _, how := range []Security{StartTLS, TLS} {
		s := notifytest.StartMail(t, c, how == TLS)
		ch := channel(t, c, s.Addr, how, "correct horse")
		want := notifytest.Notices(t, 0, 4)
		sent, answer, err := ch.Send(context.Background(), want)
		if err != nil || sent != len(want) || !strings.Contains(answer, "taken") {
			t.Fatalf("%s: %d, %q, %v", how, sent, answer, err)
		}
		got := s.Mails()
		if len(got) != len(want) {
			t.Fatalf("%s: %d letters", how, len(got))
		}
		for i, m := range got {
			letter, err := mail.ReadMessage(strings.NewReader(m.Data))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := (&mime.WordDecoder{}).DecodeHeader(letter.Header.Get("Subject"))
			if err != nil || subject != notify.Write(want[i]).Subject {
				t.Errorf("subject %q, %v", subject, err)
			}
			if !m.TLS || !m.Login || m.From != "kidoban@city.example" || m.To[0] != "duty@city.example" {
				t.Errorf("%+v", m)
			}
			if id := letter.Header.Get("Message-ID"); id != "<"+strings.ReplaceAll(want[i].ID, "/", ".")+"@city.example>" || letter.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("%s: %v", id, letter.Header)
			}
		}
	}
}

// A server that is not there, hangs, is not trusted, refuses the password or the letter: an error that says so, no secret in
// it, and what was taken before is counted.
func TestServersThatFail(t *testing.T) {
	c, other := notifytest.NewCertificates(t), notifytest.NewCertificates(t)
	s := notifytest.StartMail(t, c, false)
	hangs, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hangs.Close()
	slow := New(Config{Server: hangs.Addr().String(), From: "a@b.example", To: "a@b.example", Timeout: 200 * time.Millisecond})
	for name, f := range map[string]struct {
		c    *Channel
		want string
	}{
		"a wrong password": {channel(t, c, s.Addr, StartTLS, "wrong horse"), "AUTH"}, "an unknown authority": {channel(t, other, s.Addr, StartTLS, "correct horse"), "certificate"},
		"nobody there": {channel(t, c, "127.0.0.1:1", StartTLS, "correct horse"), "refused"}, "it hangs": {slow, "timeout"},
	} {
		sent, _, err := f.c.Send(context.Background(), notifytest.Notices(t, 0, 2))
		if sent != 0 || err == nil || !strings.Contains(err.Error(), f.want) || strings.Contains(err.Error(), "horse") {
			t.Errorf("%s: %d, %v", name, sent, err)
		}
	}
	s.Refuse(true)
	ch := channel(t, c, s.Addr, StartTLS, "correct horse")
	if sent, _, err := ch.Send(context.Background(), notifytest.Notices(t, 0, 2)); sent != 0 || err == nil || !strings.Contains(err.Error(), "451") {
		t.Errorf("refused: %d, %v", sent, err)
	}
	s.Refuse(false)
	if sent, _, err := ch.Send(context.Background(), notifytest.Notices(t, 0, 2)); sent != 2 || err != nil {
		t.Errorf("afterwards: %d, %v", sent, err)
	}
}
