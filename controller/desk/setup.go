package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
)

// setup is the one-time code that the installer at the machine was given, for the console's first sign-in. There is one at
// most; a few wrong ones end it, each later than the one before.
type setup struct {
	mu      sync.Mutex
	open    bool
	hash    [sha256.Size]byte
	account string
	until   time.Duration
	tries   account.Tries
}

const setupFor = 10 * time.Minute

// setupRule bears five wrong codes; each costs twice the time of the last.
var setupRule = account.Rule{Tries: 5, Lockout: 15 * time.Minute}

// alphabet has no letters that are read for digits: 60 bits in three groups of four.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func newSetupCode() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	var out strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[int(x)%len(alphabet)])
	}
	return out.String()
}

// codeHash is a code as it is compared: in capitals, without what people put between.
func codeHash(code Password) [sha256.Size]byte {
	text := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(string(code)))
	return sha256.Sum256([]byte(text))
}

// beginSetup gives the installer at the machine a code. Nobody who is signed in, here or by such a code, is given one.
func (k *Desk) beginSetup(w http.ResponseWriter, r *http.Request) {
	if _, isSigned := r.Context().Value(signedKey{}).(signed); isSigned {
		refuse(w, http.StatusConflict, "this is done by the user of the machine who sets it up, who does not sign in: kidoban setup --account -")
		return
	}
	who := k.account(r)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: who, Ask: controller.BeginSetup{}})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
		return
	}
	code, now := newSetupCode(), k.Clock.Now()
	s := &k.signing.setup
	s.mu.Lock()
	s.open, s.hash, s.account, s.until, s.tries = true, codeHash(Password(code)), who.Name, now.Mono+setupFor, account.Tries{}
	s.mu.Unlock()
	reply(w, http.StatusOK, Setup{Code: Password(code), Until: now.Wall.Add(setupFor).Truncate(time.Second), Address: k.Config.Console.Address()})
}

// signInBySetup signs whoever has the code in as the installer, once.
func (k *Desk) signInBySetup(w http.ResponseWriter, r *http.Request) {
	in, ok := read[SetupCode](w, r)
	if !ok {
		return
	}
	name, why, locked := k.signing.setup.try(in.Code, k.Clock.Now().Wall, k.Clock.Now().Mono)
	if locked {
		refuse(w, http.StatusForbidden, "too soon after a wrong code: wait a moment, and try again")
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Ask: controller.EndSetup{Name: name, OK: why == "", Why: why}})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusForbidden, "%s", a.Refusal)
	default:
		reply(w, http.StatusOK, SignedIn{Token: k.begin(r, name, true), Account: name})
	}
}

// try tries a code: whose it is, or why it is refused; locked where it was not looked at.
func (s *setup) try(code Password, wall time.Time, mono time.Duration) (name, why string, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hash := codeHash(code)
	right := subtle.ConstantTimeCompare(hash[:], s.hash[:]) == 1
	switch {
	case s.tries.Locked(wall):
		return "", "", true
	case s.open && mono >= s.until:
		s.open, why = false, "code_void"
	case !s.open:
		why = "code_void"
	case !right:
		why = "code_wrong"
	}
	name = s.account
	if why == "" {
		s.open = false
		return name, "", false
	}
	if s.tries = s.tries.Failed(wall, setupRule); s.tries.Wrong >= setupRule.Tries {
		s.open = false
	}
	return name, why, false
}
