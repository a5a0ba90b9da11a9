package browser_test

import (
	"context"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// at is the desk for somebody who has signed in: for what a form of whole minutes cannot say.
func (s *stage) at(account string) *desk.Client {
	s.Helper()
	var in desk.SignedIn
	if err := s.Desk.Nobody().Post(context.Background(), "sign-in", desk.SignIn{Name: account, Password: consoletest.Password}, &in); err != nil {
		s.Fatal(err)
	}
	return s.Desk.As(in.Token)
}

// soon asks for a permit that is over soon.
func (s *stage) soon(c *desk.Client) (id access.PermitID) {
	s.Helper()
	now := time.Now()
	p := desk.Permit{Zone: "room", From: now.Add(-time.Hour), Until: now.Add(2 * time.Second), Text: ledger.PermitText{
		Organisation: "㈱架空システム保守", Purpose: "サーバ定期点検", Visitors: []ledger.Visitor{{Name: "山田 太郎", Reading: "やまだ たろう"}},
	}}
	if err := c.Post(context.Background(), "permit/request", p, &id); err != nil {
		s.Fatal(err)
	}
	return id
}

// How a permit reads that lets nobody in any more: over, never decided, used up. Each says so, and what to do instead.
func TestPermitEndsFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk := s.at("clerk")
		first, second := s.soon(clerk), s.soon(clerk)
		if err := s.at("officer").Post(context.Background(), "permit/decide", desk.Decide{ID: first, Grant: true}, nil); err != nil {
			s.Fatal(err)
		}
		third := s.granted("1")
		b := s.as("clerk")
		s.announce(b, third)
		b.permit(third).looks("permit-used-up").says(b.in("使用済", "used up"), b.in("回数を使い終えた", "All entries are used"))
		s.Eventually("the first is over", func() bool { return s.Told(journal.PermitExpired) > 0 })
		b.permit(string(first)).looks("permit-over").says(b.in("期限切れ", "expired"), b.in("新しい許可が必要です", "a new permit is needed"))
		b.permit(string(second)).looks("permit-undecided").says(b.in("新しい許可が必要です", "a new permit is needed"))
		s.as("officer").permit(string(second)).hides(`value="grant"`)
	})
}
