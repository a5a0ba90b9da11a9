package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"sync"
	"time"
)

// onceFor is how long a form may lie open before it is sent.
const onceFor = 9 * time.Hour

// strangersMost bounds the used tokens of those who have not signed in: who sends more than that may send their own old form
// again, which is worth nothing.
const strangersMost = 4096

// once makes the tokens of forms: each is good for one session, once. Nothing is kept of those that were not used.
type once struct {
	key       [32]byte
	mu        sync.Mutex
	spent     spent // of those who are signed in
	cleared   time.Time
	strangers [2]spent // the last ones, and those before
}

// spent are used tokens, and until when each would still be good.
type spent map[[sha256.Size]byte]time.Time

func newOnce() *once {
	o := &once{spent: spent{}, strangers: [2]spent{{}, {}}}
	_, _ = rand.Read(o.key[:]) // never fails (crypto/rand)
	return o
}

// The token: 16 random bytes, when it ends, and a MAC over both and the session.
const (
	onceRandom = 16
	onceLength = onceRandom + 8 + sha256.Size
)

func (o *once) make(session string, now time.Time) string {
	b := make([]byte, onceRandom, onceLength)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	b = binary.BigEndian.AppendUint64(b, uint64(now.Add(onceFor).Unix()))
	return base64.RawURLEncoding.EncodeToString(o.mac(b, session))
}

func (o *once) mac(b []byte, session string) []byte {
	m := hmac.New(sha256.New, o.key[:])
	m.Write(b)
	m.Write([]byte(session))
	return m.Sum(b)
}

// use takes a token, and says whether it was good.
func (o *once) use(token, session string, known bool, now time.Time) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != onceLength {
		return false
	}
	open := b[: onceRandom+8 : onceRandom+8]
	until := time.Unix(int64(binary.BigEndian.Uint64(open[onceRandom:])), 0)
	if !hmac.Equal(b, o.mac(open, session)) || !now.Before(until) {
		return false
	}
	id := sha256.Sum256(b)
	o.mu.Lock()
	defer o.mu.Unlock()
	if !known {
		return o.strange(id, until)
	}
	if now.Sub(o.cleared) > time.Minute {
		o.cleared = now
		maps.DeleteFunc(o.spent, func(_ [sha256.Size]byte, end time.Time) bool { return !now.Before(end) })
	}
	return o.spent.take(id, until)
}

// back makes a token good again: of a form whose answer was a file the page is still there, and may be sent once more.
func (o *once) back(token string) {
	if b, err := base64.RawURLEncoding.Strict().DecodeString(token); err == nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.spent, sha256.Sum256(b))
	}
}

func (s spent) take(id [sha256.Size]byte, until time.Time) bool {
	_, used := s[id]
	s[id] = until
	return !used
}

// strange takes a stranger's token.
func (o *once) strange(id [sha256.Size]byte, until time.Time) bool {
	for _, s := range o.strangers {
		if _, used := s[id]; used {
			return false
		}
	}
	if len(o.strangers[0]) >= strangersMost {
		o.strangers = [2]spent{{}, o.strangers[0]}
	}
	return o.strangers[0].take(id, until)
}
