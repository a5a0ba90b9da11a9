package account

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"time"
)

// Session is one sign-in. The token that stands for it is not in it: only its hash finds it.
type Session struct {
	Account string
	UID     int // the user of the machine who signed in: the token is worth nothing to another
	Began   time.Duration
	Used    time.Duration
	Proved  time.Duration // when its holder last showed who they are
	Set     bool          // it stands for an account of the configuration
}

// Sessions are those that are open, by the SHA-256 of their token. They live in memory: a restart ends them all. Times are
// of a clock that nobody sets. It belongs to one goroutine or stands behind one lock.
type Sessions struct {
	Idle, Most time.Duration
	open       map[[sha256.Size]byte]Session
	ended      map[[sha256.Size]byte]ended
}

// End is why a session ended: its holder is told.
type End string

// The ends.
const (
	EndIdle      End = "idle"       // it was not used for Idle
	EndTime      End = "time"       // it lasted for Most
	EndCrowded   End = "crowded"    // its account had too many
	EndOut       End = "signed_out" // by its holder
	EndElsewhere End = "elsewhere"  // its cookie turned up where it did not begin
	EndPassword  End = "password"   // the account's password was changed
	EndClosed    End = "closed"     // the account was
	EndForgotten End = "forgotten"  // nothing is known of it: this program was started since
)

// ended is a session that is no more.
type ended struct {
	why End
	uid int
	at  time.Duration
}

// How many ended sessions are remembered, and for how long.
const (
	endedMost = 4096
	endedFor  = 24 * time.Hour
)

// sessionsMost bounds how many one account may have; the oldest goes.
const sessionsMost = 8

// Token is what stands for a session: 256 random bits.
type Token [32]byte

// String hides the token.
func (Token) String() string { return "•" }

// GoString hides the token.
func (Token) GoString() string { return "•" }

// Text is the token as a client keeps and sends it.
func (t Token) Text() string { return base64.RawURLEncoding.EncodeToString(t[:]) }

// ParseToken reads what a client sent.
func ParseToken(s string) (t Token, ok bool) {
	if len(s) != base64.RawURLEncoding.EncodedLen(len(t)) {
		return t, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return t, false
	}
	copy(t[:], b)
	return t, t.Text() == s // the decoder overlooks ends of lines
}

// Begin opens a session under a fresh token: its holder has just shown who they are.
func (s *Sessions) Begin(t Token, account string, uid int, now time.Duration) {
	s.begin(t, Session{Account: account, UID: uid, Began: now, Used: now, Proved: now})
}

// BeginSet opens one of an account of the configuration.
func (s *Sessions) BeginSet(t Token, account string, uid int, now time.Duration) {
	s.begin(t, Session{Account: account, UID: uid, Began: now, Used: now, Proved: now, Set: true})
}

func (s *Sessions) begin(t Token, open Session) {
	now, account := open.Began, open.Account
	if s.open == nil {
		s.open = map[[sha256.Size]byte]Session{}
	}
	s.sweep(now)
	var oldest [sha256.Size]byte
	n := 0
	for key, x := range s.open {
		if x.Account != account {
			continue
		}
		if n++; n == 1 || x.Began < s.open[oldest].Began {
			oldest = key
		}
	}
	if n >= sessionsMost {
		s.end(oldest, EndCrowded, now)
	}
	s.open[sha256.Sum256(t[:])] = open
}

// Prove says that the holder of a token has shown anew who they are.
func (s *Sessions) Prove(t Token, now time.Duration) {
	key := sha256.Sum256(t[:])
	if x, open := s.open[key]; open {
		x.Proved = now
		s.open[key] = x
	}
}

// Find is the session of a token, used now by a user of the machine.
func (s *Sessions) Find(t Token, uid int, now time.Duration) (Session, bool) {
	key := sha256.Sum256(t[:])
	x, open := s.open[key]
	switch {
	case !open || x.UID != uid:
		return Session{}, false
	case s.over(x, now) != "":
		s.end(key, s.over(x, now), now)
		return Session{}, false
	}
	x.Used = now
	s.open[key] = x
	return x, true
}

// Peek is the session of a token, without counting as its use.
func (s *Sessions) Peek(t Token, uid int, now time.Duration) (Session, bool) {
	x, open := s.open[sha256.Sum256(t[:])]
	return x, open && x.UID == uid && s.over(x, now) == ""
}

// Why is why a token stands for no session of a user of the machine any more.
func (s *Sessions) Why(t Token, uid int, now time.Duration) End {
	key := sha256.Sum256(t[:])
	if x, open := s.open[key]; open && x.UID == uid {
		return s.over(x, now)
	}
	if x, known := s.ended[key]; known && x.uid == uid {
		return x.why
	}
	return EndForgotten
}

// End ends the session of a token.
func (s *Sessions) End(t Token, why End, now time.Duration) { s.end(sha256.Sum256(t[:]), why, now) }

// EndAll ends every session of an account, but not the one of a token that keeps on.
func (s *Sessions) EndAll(account string, but Token, why End, now time.Duration) {
	keep := sha256.Sum256(but[:])
	for key, x := range s.open {
		if x.Account == account && key != keep {
			s.end(key, why, now)
		}
	}
}

// end forgets a session, and remembers why for a while.
func (s *Sessions) end(key [sha256.Size]byte, why End, now time.Duration) {
	x, open := s.open[key]
	if !open {
		return
	}
	delete(s.open, key)
	if s.ended == nil {
		s.ended = map[[sha256.Size]byte]ended{}
	}
	if len(s.ended) < endedMost {
		s.ended[key] = ended{why, x.UID, now}
	}
}

// over is how a session has ended by itself, "" if it goes on.
func (s *Sessions) over(x Session, now time.Duration) End {
	switch {
	case now-x.Began >= s.Most:
		return EndTime
	case now-x.Used >= s.Idle:
		return EndIdle
	}
	return ""
}

func (s *Sessions) sweep(now time.Duration) {
	for key, x := range s.open {
		if why := s.over(x, now); why != "" {
			s.end(key, why, now)
		}
	}
	maps.DeleteFunc(s.ended, func(_ [sha256.Size]byte, x ended) bool { return now-x.at >= endedFor })
}
