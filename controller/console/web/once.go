package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"
)

// onceFor is how long a form may lie open before it is sent.
const onceFor = 9 * time.Hour

// once makes the tokens of forms: each is good for one session, once. Nothing is kept of those that were not used.
type once struct {
	key   [32]byte
	mu    sync.Mutex
	spent map[[sha256.Size]byte]time.Time // until when a used one would still be good
}

func newOnce() *once {
	o := &once{spent: map[[sha256.Size]byte]time.Time{}}
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
func (o *once) use(token, session string, now time.Time) bool {
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
	for k, end := range o.spent {
		if !now.Before(end) {
			delete(o.spent, k)
		}
	}
	if _, used := o.spent[id]; used {
		return false
	}
	o.spent[id] = until
	return true
}
