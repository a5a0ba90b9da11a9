package desk

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	paper "kidoban/controller/report"
	"kidoban/controller/store"
)

// The routes of the first run and of the check of the wiring:
//
//	GET  /wiring                     -> Installing
//	POST /wiring/begin  WiringPoint  -> {}; what the panel reports is kept for this point from now on
//	POST /wiring/try    WiringPoint  -> {}; its lamp is lit, its siren sounds, for a moment
//	POST /wiring/end    WiringPoint  -> {}
func (k *Desk) wiringRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /wiring", k.wiring)
	m.HandleFunc("POST /wiring/begin", k.beginPoint)
	m.HandleFunc("POST /wiring/try", k.tryPoint)
	m.HandleFunc("POST /wiring/end", k.endPoint)
}

// Installing is how far the setting up of a site is.
type Installing struct {
	controller.Wiring
	Machine []Part `json:"machine"`
	Persons int    `json:"persons"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // of the configuration in force
}

// Part is one finding about the machine and what it is connected with.
type Part struct {
	What  string    `json:"what"`
	State PartState `json:"state"`
	Until time.Time `json:"until,omitzero"` // of a certificate
}

// PartState is how a part is.
type PartState string

// The states.
const (
	PartWell PartState = "well"
	PartBad  PartState = "bad"
	PartNone PartState = "none" // the site has none
)

// WiringPoint names a point; Result and Reason say how it was found.
type WiringPoint struct {
	ID     string                 `json:"id"`
	Result controller.PointResult `json:"result,omitempty"`
	Reason string                 `json:"reason,omitempty"`
}

func (k *Desk) wiring(w http.ResponseWriter, r *http.Request) {
	if !k.may(r, account.Look) {
		refuse(w, http.StatusForbidden, "who may look is shown the wiring: sign in first")
		return
	}
	in, no := k.installing(r.Context())
	if no != nil {
		refuse(w, no.status, "%v", no.error)
		return
	}
	reply(w, http.StatusOK, in)
}

func (k *Desk) installing(ctx context.Context) (out Installing, _ *refused) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskWiring{}})
	if err != nil {
		return out, broken(err)
	}
	out.Wiring, _ = a.Value.(controller.Wiring)
	if a, err = k.Controller.Ask(ctx, controller.Request{Ask: controller.AskRoom{}}); err != nil {
		return out, broken(err)
	}
	room, _ := a.Value.(controller.Room)
	out.Persons, out.Version, out.Digest = room.Persons, k.Version, k.Digest
	out.Machine, err = k.machine(ctx, room, out.Wiring)
	return out, broken(err)
}

// machine looks over what the door needs beside its wires.
func (k *Desk) machine(ctx context.Context, room controller.Room, w controller.Wiring) ([]Part, error) {
	central := map[string]PartState{"none": PartNone, "up": PartWell}[linkWord(k.Link())]
	if central == "" {
		central = PartBad
	}
	saved, err := k.saved(ctx)
	return []Part{
		{What: "clock", State: good(room.Believed)}, {What: "record", State: good(room.Recording)}, {What: "central", State: central},
		{What: "backup", State: saved}, k.certificate(), {What: "officer", State: good(!w.SettingUp)}, {What: "managers", State: good(!w.Few)},
	}, err
}

func good(is bool) PartState {
	if is {
		return PartWell
	}
	return PartBad
}

// backupWithin is how old the last backup may be: a daily one, and two hours for it to be late.
const backupWithin = 26 * time.Hour

func (k *Desk) saved(ctx context.Context) (PartState, error) {
	now := k.Clock.Now().Wall
	q := store.Search{Span: access.Span{From: now.Add(-backupWithin), Until: now.Add(time.Hour)}, Types: []journal.Type{journal.JournalBackedUp}}
	for f, err := range k.Store.Entries(ctx, q) {
		if err != nil {
			return PartBad, err
		}
		if f.Entry.Data.Reason == "" {
			return PartWell, nil
		}
	}
	return PartBad, nil
}

// certificate is the one for the broker.
func (k *Desk) certificate() Part {
	p := Part{What: "certificate", State: PartNone}
	if k.Config.MQTT.Cert == "" {
		return p
	}
	p.State = PartBad
	b, err := os.ReadFile(k.Config.MQTT.Cert)
	if err != nil {
		return p
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return p
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return p
	}
	now := k.Clock.Now().Wall
	p.Until, p.State = c.NotAfter, good(now.After(c.NotBefore) && now.Before(c.NotAfter))
	return p
}

func (k *Desk) beginPoint(w http.ResponseWriter, r *http.Request) {
	if in, ok := read[WiringPoint](w, r); ok {
		k.ask(w, r, controller.BeginPoint{ID: in.ID})
	}
}

func (k *Desk) tryPoint(w http.ResponseWriter, r *http.Request) {
	if in, ok := read[WiringPoint](w, r); ok {
		k.ask(w, r, controller.TryPoint{ID: in.ID})
	}
}

func (k *Desk) endPoint(w http.ResponseWriter, r *http.Request) {
	in, ok := read[WiringPoint](w, r)
	if !ok {
		return
	}
	var f form
	if f.words("reason", &in.Reason); !f.filled(w) {
		return
	}
	end := controller.EndPoint{ID: in.ID, Result: in.Result, Digest: k.Digest, Reason: in.Reason}
	if in.Reason != "" {
		end.Private = private(map[string]string{"reason": in.Reason})
	}
	k.ask(w, r, end)
}

// printInstallation is 設置・検収記録: every point of the configuration with what was last found.
func (k *Desk) printInstallation(ctx context.Context, _ *Print) (paper.Form, *refused) {
	in, no := k.installing(ctx)
	if no != nil {
		return nil, no
	}
	titles := map[string]string{}
	for _, d := range k.Config.Doors {
		titles[d.Name] = cmp.Or(d.Title, d.Name)
	}
	out := paper.Installation{Version: in.Version, Digest: in.Digest}
	for _, p := range in.Points {
		c := in.Checked[p.ID]
		out.Points = append(out.Points, paper.InstalledPoint{
			Place: titles[p.Door], Kind: string(p.Kind), Side: p.Side.String(), Result: string(c.Result), ByEye: c.ByEye,
			Changed: c.Result != "" && c.Digest != in.Digest, Act: ledger.Act{Person: c.Person, Name: c.Name, At: c.At},
			Account: c.Account, Reason: c.Reason,
		})
	}
	for _, p := range in.Machine {
		out.Machine = append(out.Machine, paper.InstalledPart{What: p.What, State: string(p.State), Until: p.Until})
	}
	return out, nil
}
