package access_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
)

func TestDecidePIN(t *testing.T) {
	right, duress, wrong := nth(1), nth(2), nth(3)
	cred := access.Credential{ID: "c", PIN: right, Duress: duress}
	timed := access.PINRule{Tries: 3, Lockout: time.Minute}
	lifted := access.PINRule{Tries: 3}
	until := noon.Add(time.Minute)
	for _, tt := range []struct {
		name   string
		cred   access.Credential
		keyed  access.Hash
		tries  access.Tries
		now    time.Time
		rule   access.PINRule
		want   access.Reason
		duress bool
		after  access.Tries
	}{
		{"right", cred, right, access.Tries{}, noon, timed, access.Granted, false, access.Tries{}},
		{"right clears the count", cred, right, access.Tries{Wrong: 2}, noon, timed, access.Granted, false, access.Tries{}},
		{"duress answers alike", cred, duress, access.Tries{Wrong: 2}, noon, timed, access.Granted, true, access.Tries{}},
		{"wrong", cred, wrong, access.Tries{}, noon, timed, access.PINWrong, false, access.Tries{Wrong: 1}},
		{"wrong again", cred, wrong, access.Tries{Wrong: 1}, noon, timed, access.PINWrong, false, access.Tries{Wrong: 2}},
		{"the last wrong one locks", cred, wrong, access.Tries{Wrong: 2}, noon, timed, access.PINBlocked, false, access.Tries{Wrong: 3, BlockedUntil: until}},
		{"the last wrong one locks until lifted", cred, wrong, access.Tries{Wrong: 2}, noon, lifted, access.PINBlocked, false, access.Tries{Wrong: 3, Blocked: true}},
		{"locked, a tick before the end", cred, right, access.Tries{Wrong: 3, BlockedUntil: until}, until.Add(-tick), timed, access.PINBlocked, false, access.Tries{Wrong: 3, BlockedUntil: until}},
		{"locked, wrong is not counted", cred, wrong, access.Tries{Wrong: 3, BlockedUntil: until}, noon, timed, access.PINBlocked, false, access.Tries{Wrong: 3, BlockedUntil: until}},
		{"locked, duress is still told", cred, duress, access.Tries{Wrong: 3, BlockedUntil: until}, noon, timed, access.PINBlocked, true, access.Tries{Wrong: 3, BlockedUntil: until}},
		{"the lock-out is over", cred, right, access.Tries{Wrong: 3, BlockedUntil: until}, until, timed, access.Granted, false, access.Tries{}},
		{"after it one wrong PIN locks again", cred, wrong, access.Tries{Wrong: 3, BlockedUntil: until}, until, timed, access.PINBlocked, false, access.Tries{Wrong: 4, BlockedUntil: until.Add(time.Minute)}},
		{"until lifted never ends", cred, right, access.Tries{Wrong: 3, Blocked: true}, noon.AddDate(9, 0, 0), lifted, access.PINBlocked, false, access.Tries{Wrong: 3, Blocked: true}},
		{"zero rule is the strictest", cred, wrong, access.Tries{}, noon, access.PINRule{}, access.PINBlocked, false, access.Tries{Wrong: 1, Blocked: true}},
		{"no PIN set, none keyed", access.Credential{}, access.Hash{}, access.Tries{}, noon, timed, access.PINWrong, false, access.Tries{Wrong: 1}},
		{"no PIN set", access.Credential{}, right, access.Tries{}, noon, timed, access.PINWrong, false, access.Tries{Wrong: 1}},
		{"duress without a PIN is none", access.Credential{Duress: duress}, duress, access.Tries{}, noon, timed, access.PINWrong, false, access.Tries{Wrong: 1}},
		{"no duress set, none keyed", access.Credential{PIN: right}, access.Hash{}, access.Tries{}, noon, timed, access.PINWrong, false, access.Tries{Wrong: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, isDuress, after := access.DecidePIN(tt.cred, tt.keyed, tt.tries, tt.now, tt.rule)
			if got != tt.want || isDuress != tt.duress || after != tt.after {
				t.Errorf("%v %v %+v, want %v %v %+v", got, isDuress, after, tt.want, tt.duress, tt.after)
			}
		})
	}
}

// A lock-out is in the Tries alone: a new roster, as after a restart, does not lift it.
func TestLockOutSurvivesRestart(t *testing.T) {
	rec := hall()
	row(&rec, "clerk", func(c *access.Credential) { c.PIN = nth(500) })
	r := build(t, rec)
	c, _ := r.Credential("card-clerk")
	var tries access.Tries
	for range 3 {
		_, _, tries = access.DecidePIN(c, nth(501), tries, noon, access.PINRule{Tries: 3})
	}
	r = build(t, r.Records())
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.Tries = tries }), access.PINBlocked)
	c, _ = r.Credential("card-clerk")
	if got, _, _ := access.DecidePIN(c, nth(500), tries, noon, access.PINRule{Tries: 3}); got != access.PINBlocked {
		t.Errorf("%v after the restart", got)
	}
}
