package desk

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/device"
	"kidoban/device/sim"
)

func (k *Desk) routes() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /status", k.status)
	m.HandleFunc("GET /now", k.now)
	m.HandleFunc("GET /who", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskWho{}) })
	k.alarmRoutes(m)
	m.HandleFunc("GET /people", k.people)
	m.HandleFunc("POST /why", k.why)
	m.HandleFunc("POST /door", k.door)
	m.HandleFunc("POST /alarm/ack", k.ack)
	m.HandleFunc("POST /siren/off", k.silence)
	m.HandleFunc("POST /antipassback/forgive", k.forgive)
	m.HandleFunc("POST /edit", k.edit)
	m.HandleFunc("POST /import", k.bring)
	m.HandleFunc("POST /pin", k.pin)
	m.HandleFunc("POST /pin/unblock", k.unblock)
	m.HandleFunc("GET /journal", k.journal)
	m.HandleFunc("POST /learn", k.learn)
	m.HandleFunc("POST /backup", k.backup)
	m.HandleFunc("POST /sim", k.simulate)
	m.HandleFunc("GET /sim", k.look)
	k.permitRoutes(m)
	k.visitRoutes(m)
	k.retentionRoutes(m)
	k.cardRoutes(m)
	k.bundleRoutes(m)
	m.HandleFunc("POST /register", k.register)
	m.HandleFunc("POST /register/page", k.page)
	m.HandleFunc("POST /journal/page", k.leaf)
	m.HandleFunc("POST /figures", k.figures)
	m.HandleFunc("POST /print", k.printForm)
	m.HandleFunc("POST /register/compare", k.compare)
	m.HandleFunc("GET /register/comparison", k.comparing)
	m.HandleFunc("POST /register/comparison", k.beginCompare)
	k.accountRoutes(m)
	k.auditRoutes(m)
	k.folkRoutes(m)
	k.wiringRoutes(m)
	return k.identified(m)
}

// Status is the controller's, with what lies around it.
type Status struct {
	controller.Status
	Doors   []NamedDoor `json:"doors"`
	Version string      `json:"version"`
	Link    string      `json:"link"`
	Entries uint64      `json:"entries"`
	Root    string      `json:"root"`
	Account string      `json:"account,omitempty"` // who the asker is
}

func (k *Desk) status(w http.ResponseWriter, r *http.Request) {
	a, err := k.Controller.Ask(r.Context(), controller.Request{Ask: controller.AskStatus{}})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	head := k.Store.Head()
	s := Status{
		Status: a.Value.(controller.Status), Version: k.Version, Link: k.Link(), Entries: head.Size, Root: head.Root.String(),
		Account: k.account(r).Name,
	}
	for _, d := range s.Status.Doors {
		s.Doors = append(s.Doors, NamedDoor{d.Door, d})
	}
	s.Status.Doors = nil
	reply(w, http.StatusOK, s)
}

// NamedDoor is a door's view under its name.
type NamedDoor struct {
	Name string `json:"name"`
	controller.DoorView
}

// Why is the question of "kidoban why". One of Credential, Person or Format with a number says who.
type Why struct {
	Credential access.CredentialID `json:"credential,omitempty"`
	Person     access.PersonID     `json:"person,omitempty"`
	Card       *Number             `json:"card,omitempty"`
	Door       string              `json:"door"`
	Side       string              `json:"side,omitempty"`
	At         time.Time           `json:"at,omitzero"`
	Lang       string              `json:"lang,omitempty"`
}

func (k *Desk) why(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Why](w, r)
	if !ok {
		return
	}
	ask := controller.AskWhy{Person: q.Person, Credential: q.Credential, Door: q.Door, Direction: side(q.Side), At: q.At, Lang: language(q.Lang)}
	if q.Card != nil {
		c, err := q.Card.credential()
		if err != nil {
			refuse(w, http.StatusBadRequest, "%v", err)
			return
		}
		ask.Card = k.Keys.CardHash(c)
	}
	k.ask(w, r, ask)
}

func language(s string) access.Language {
	if s == "en" {
		return access.English
	}
	return access.Japanese
}

func side(s string) device.Direction {
	if s == "exit" {
		return device.Exit
	}
	return device.Entry
}

// Door is an order to a door: "release", "lockdown" or "normal".
type Door struct {
	Door   string        `json:"door"`
	Order  string        `json:"order"`
	For    time.Duration `json:"for,omitempty"`
	Reason string        `json:"reason"`
}

func (k *Desk) door(w http.ResponseWriter, r *http.Request) {
	d, ok := read[Door](w, r)
	if !ok {
		return
	}
	if d.Reason == "" {
		refuse(w, http.StatusBadRequest, "say why: --reason")
		return
	}
	private := private(map[string]string{"reason": d.Reason})
	switch d.Order {
	case "release":
		k.ask(w, r, controller.ReleaseDoor{Door: d.Door, For: d.For, Private: private})
	case "lockdown", "normal":
		k.ask(w, r, controller.SetMode{Door: d.Door, Mode: d.Order, For: d.For, Private: private})
	default:
		refuse(w, http.StatusBadRequest, "a door is released, locked down or set to normal")
	}
}

// private makes a private part: a person's words with a salt of their own, so that the hash tells nothing.
func private(words map[string]string) []byte {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	words["salt"] = hex.EncodeToString(salt[:])
	b, err := json.Marshal(words)
	if err != nil {
		return nil
	}
	return b
}

// Ack names an alarm.
type Ack struct {
	ID string `json:"id"`
}

func (k *Desk) ack(w http.ResponseWriter, r *http.Request) {
	if a, ok := read[Ack](w, r); ok {
		k.ask(w, r, controller.AckAlarm{ID: a.ID})
	}
}

// Silence names a door whose siren is to stop.
type Silence struct {
	Door string `json:"door"`
}

func (k *Desk) silence(w http.ResponseWriter, r *http.Request) {
	if q, ok := read[Silence](w, r); ok {
		k.ask(w, r, controller.SilenceSiren{Door: q.Door})
	}
}

// Forgive takes people out of the record of who is inside.
type Forgive struct {
	Person access.PersonID `json:"person,omitempty"`
	Zone   string          `json:"zone,omitempty"`
	All    bool            `json:"all,omitempty"`
	Reason string          `json:"reason"`
}

func (k *Desk) forgive(w http.ResponseWriter, r *http.Request) {
	f, ok := read[Forgive](w, r)
	switch {
	case !ok:
	case f.Reason == "":
		refuse(w, http.StatusBadRequest, "say why: --reason")
	case f.Person == "" && !f.All:
		refuse(w, http.StatusBadRequest, "name a person, or say --all")
	default:
		k.ask(w, r, controller.Forgive{Person: f.Person, Zone: f.Zone, Private: private(map[string]string{"reason": f.Reason})})
	}
}

// Unblock names a card whose PIN is locked out.
type Unblock struct {
	Credential access.CredentialID `json:"credential"`
}

func (k *Desk) unblock(w http.ResponseWriter, r *http.Request) {
	if u, ok := read[Unblock](w, r); ok {
		k.ask(w, r, controller.UnblockPIN{Credential: u.Credential})
	}
}

// simulate lets somebody do something at a simulated door.
func (k *Desk) simulate(w http.ResponseWriter, r *http.Request) {
	if k.Sim == nil {
		refuse(w, http.StatusNotFound, "the doors of this daemon are real: nothing is simulated here")
		return
	}
	if !k.accounts[peer(r)].Operate {
		refuse(w, http.StatusForbidden, "this user may only read")
		return
	}
	a, ok := read[sim.Act](w, r)
	if !ok {
		return
	}
	if err := k.Sim.Act(a); err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	reply(w, http.StatusOK, struct{}{})
}

func (k *Desk) look(w http.ResponseWriter, r *http.Request) {
	if k.Sim == nil {
		refuse(w, http.StatusNotFound, "the doors of this daemon are real")
		return
	}
	look, err := k.Sim.Look(r.URL.Query().Get("door"))
	if err != nil {
		refuse(w, http.StatusNotFound, "%v", err)
		return
	}
	reply(w, http.StatusOK, look)
}
