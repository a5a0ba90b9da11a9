package desk

import (
	"crypto/rand"
	"net/http"
	"regexp"

	"kidoban/controller"
	"kidoban/controller/account"
)

// NewPassword is the holder's own.
type NewPassword struct {
	Old Password `json:"old"`
	New Password `json:"new"`
}

// Named names an account.
type Named struct {
	Name string `json:"name"`
}

func (k *Desk) accountRoutes(m *http.ServeMux) {
	m.HandleFunc("POST /sign-in", k.signIn)
	m.HandleFunc("POST /sign-out", k.signOut)
	m.HandleFunc("GET /accounts", k.listAccounts)
	m.HandleFunc("POST /account", k.putAccount)
	m.HandleFunc("POST /account/password", k.setPassword)
	m.HandleFunc("POST /account/close", k.closeAccount)
	m.HandleFunc("GET /proposals", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskProposals{}) })
	m.HandleFunc("GET /proposals/returned", k.returned)
	m.HandleFunc("GET /awaited", k.awaited)
	m.HandleFunc("POST /proposal/approve", k.approve)
	m.HandleFunc("POST /proposal/reject", k.reject)
	m.HandleFunc("POST /proposal/correct", k.correct)
	k.proofRoutes(m)
}

func (k *Desk) listAccounts(w http.ResponseWriter, r *http.Request) {
	if k.account(r).Name == "" {
		refuse(w, http.StatusForbidden, "who has an account is told to those who have one (kidoban sign-in)")
		return
	}
	k.ask(w, r, controller.AskAccounts{})
}

var loginName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

var accountName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

func (k *Desk) putAccount(w http.ResponseWriter, r *http.Request) {
	in, ok := read[Account](w, r)
	if !ok {
		return
	}
	if !accountName.MatchString(in.Name) {
		refuse(w, http.StatusBadRequest, "an account's name is 1 to 32 of a-z, 0-9 and hyphens, a letter or digit first")
		return
	}
	for _, a := range k.Config.Accounts {
		if a.Name == in.Name {
			refuse(w, http.StatusConflict, "account %s stands in the configuration: choose another name", in.Name)
			return
		}
	}
	put := controller.PutAccount{Name: in.Name, Person: in.Person, Directory: in.Directory, Login: in.Login}
	switch {
	case in.Directory && in.Password != "":
		refuse(w, http.StatusBadRequest, "an account of the directory has no password here")
		return
	case in.Login != "" && !(in.Directory && len(in.Login) <= 64 && loginName.MatchString(in.Login)):
		refuse(w, http.StatusBadRequest, "login is the name in the directory: 1 to 64 of A-Z, a-z, 0-9, dot, hyphen, underscore")
		return
	case !in.Directory:
		if put.Hash, ok = k.hash(w, in.Name, in.Password); !ok {
			return
		}
	}
	k.ask(w, r, controller.Propose{Ask: put})
}

// hash checks a password and hashes it; what is wrong with it is answered.
func (k *Desk) hash(w http.ResponseWriter, name string, password Password) (hash string, ok bool) {
	if err := account.Weak(name, string(password)); err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return "", false
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	if err := k.signing.alone(func() { hash = account.Hash(string(password), salt, account.Standard()) }); err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return "", false
	}
	return hash, true
}

// setPassword is for whoever is signed in: the old one is tried once more.
func (k *Desk) setPassword(w http.ResponseWriter, r *http.Request) {
	in, ok := read[NewPassword](w, r)
	s, isSigned := r.Context().Value(signedKey{}).(signed)
	switch {
	case !ok:
		return
	case !isSigned || s.Name == "" || s.open.Set:
		refuse(w, http.StatusConflict, "sign in first (kidoban sign-in NAME): a password is changed by its holder")
		return
	case in.Old == in.New:
		refuse(w, http.StatusBadRequest, "the new password is the old one")
		return
	}
	got := k.try(r.Context(), s.Name, in.Old, true)
	if !got.answered(w) {
		return
	}
	hash, ok := k.hash(w, s.Name, in.New)
	if !ok {
		return
	}
	k.ask(w, r, controller.SetPassword{Hash: hash})
	k.proved(s)
	k.endSessions(s.Name, s.token)
}

func (k *Desk) closeAccount(w http.ResponseWriter, r *http.Request) {
	in, ok := read[Named](w, r)
	if !ok {
		return
	}
	k.ask(w, r, controller.CloseAccount{Name: in.Name})
}
