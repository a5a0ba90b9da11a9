package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"kidoban/controller/account"
)

// purpose is what a flow is the middle of.
type purpose uint8

const (
	toEnterCode purpose = iota + 1 // the password was right, the code comes
	toConfirmTOTP
	toRegister   // a passkey
	toUsePasskey // to sign in
	toProve      // anew, by passkey, who is signed in
)

// flow is what the desk keeps between two requests of one act. It belongs to one user of the machine and is used once.
type flow struct {
	purpose   purpose
	account   string
	uid       int
	until     time.Duration
	tries     int
	hash      string // the password's that was right
	secret    Password
	challenge []byte // of a passkey
}

// The bounds of flows: how long they wait, how many wrong codes they bear, and how many of each purpose there are, the oldest going
// first: what strangers begin ends nothing of those who have shown a password.
const (
	flowFor   = 2 * time.Minute
	enrolFor  = 10 * time.Minute
	codeTries = 3
	flowsMost = 256
)

// flows are those under way, by the hash of what stands for them.
type flows struct {
	mu   sync.Mutex
	open map[[sha256.Size]byte]flow
}

// begin keeps a flow, and says what stands for it.
func (f *flows) begin(x flow, now, wait time.Duration) string {
	var t account.Token
	_, _ = rand.Read(t[:]) // never fails (crypto/rand)
	x.until = now + wait
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open == nil {
		f.open = map[[sha256.Size]byte]flow{}
	}
	f.sweep(x.purpose, now)
	f.open[sha256.Sum256(t[:])] = x
	return t.Text()
}

// take is the flow that a text stands for; it stands for it no more.
func (f *flows) take(text string, p purpose, uid int, now time.Duration) (flow, bool) {
	t, ok := account.ParseToken(text)
	if !ok {
		return flow{}, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	key := sha256.Sum256(t[:])
	x, open := f.open[key]
	if !open || x.purpose != p || x.uid != uid {
		return flow{}, false
	}
	delete(f.open, key)
	return x, now < x.until
}

// keep puts a flow back after a wrong code, while it bears another.
func (f *flows) keep(text string, x flow) {
	if x.tries++; x.tries >= codeTries {
		return
	}
	if t, ok := account.ParseToken(text); ok {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.open[sha256.Sum256(t[:])] = x
	}
}

// sweep forgets those that are over, and the oldest of a purpose where there are too many of it.
func (f *flows) sweep(p purpose, now time.Duration) {
	var oldest [sha256.Size]byte
	first, n := time.Duration(-1), 0
	for key, x := range f.open {
		switch {
		case x.until <= now:
			delete(f.open, key)
		case x.purpose == p:
			if n++; first < 0 || x.until < first {
				oldest, first = key, x.until
			}
		}
	}
	if n >= flowsMost {
		delete(f.open, oldest)
	}
}
