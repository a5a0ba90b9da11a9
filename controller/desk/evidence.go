package desk

import (
	"archive/zip"
	"errors"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/alarm"
	"kidoban/controller/evidence"
	"kidoban/controller/journal"
)

// Evidence asks for an evidence pack (証跡一式) around an alarm or a moment.
type Evidence struct {
	Alarm   string        `json:"alarm,omitempty"`
	At      time.Time     `json:"at,omitzero"`
	Around  time.Duration `json:"around,omitempty"` // to either side; 0 = 24 h
	Zone    string        `json:"zone,omitempty"`   // "" = all
	Purpose string        `json:"purpose"`
}

// aroundMost bounds the time of a pack.
const aroundMost = 31 * 24 * time.Hour

func (e *Evidence) check(f *form) {
	f.id("zone", e.Zone)
	f.words("purpose", &e.Purpose)
	if e.Around == 0 {
		e.Around = 24 * time.Hour
	}
	switch at, known := alarm.RaisedAt(e.Alarm); {
	case e.Around < time.Minute || e.Around > aroundMost:
		f.refuse("a pack reaches from a minute to 31 days to either side: --around")
	case e.Alarm != "" && !e.At.IsZero():
		f.refuse("name an alarm or a time, not both")
	case e.Alarm != "" && !known:
		f.refuse("no alarm is called %q: kidoban alarm list", e.Alarm)
	case e.Alarm != "":
		e.At = at
	case e.At.IsZero():
		f.refuse("name an alarm (--alarm) or a time (--at)")
	}
	if e.Purpose == "" {
		f.refuse("say what it is for (--purpose): it is recorded, and nothing is handed out that need not be (運用基準)")
	}
}

// evidence makes a pack, has it recorded with its digest, and hands it out: in this order.
func (k *Desk) evidence(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Evidence](w, r)
	if !ok {
		return
	}
	var f form
	if q.check(&f); !f.filled(w) {
		return
	}
	pack, ask, no := k.collect(r, q)
	if no != nil {
		reply(w, no.status, refusal{Error: no.Error(), Code: codeOf(no.status, no.Error())})
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: ask})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	default:
		k.send(w, pack)
	}
}

// refused is a refusal with its status.
type refused struct {
	error
	status int
}

// collect makes the pack and the request that records it.
func (k *Desk) collect(r *http.Request, q Evidence) (evidence.Pack, controller.Exported, *refused) {
	fail := func(status int, err error) (evidence.Pack, controller.Exported, *refused) {
		return evidence.Pack{}, controller.Exported{}, &refused{err, status}
	}
	who := k.account(r)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: who, Ask: controller.AskEvidence{Zone: q.Zone}})
	switch {
	case err != nil:
		return fail(http.StatusServiceUnavailable, err)
	case a.Refusal != "":
		return fail(http.StatusConflict, errors.New(a.Refusal))
	}
	now := a.Value.(controller.Evidence)
	made := k.Clock.Now().Wall
	signed, err := k.Store.Checkpoint(r.Context(), made, journal.ClockOf(now.Synced))
	if err != nil {
		return fail(http.StatusServiceUnavailable, err)
	}
	ask := controller.Exported{
		What: controller.EvidencePack, Zone: q.Zone, Alarm: q.Alarm, From: q.At.Add(-q.Around), Until: q.At.Add(q.Around), Purpose: q.Purpose,
	}
	if ask.Until.After(made) {
		ask.Until = made
	}
	pack, err := evidence.Collect(r.Context(), k.Store.Reader, evidence.Asked{
		Site: k.Store.Origin().KeyName(), Made: made, Account: who.Name, Purpose: q.Purpose, Alarm: q.Alarm, Zone: q.Zone,
		At: q.At, From: ask.From, Until: ask.Until, Names: now.Names, Shows: k.shows(q.Zone, now.Silent), Checkpoint: signed, Public: k.Store.Public(),
		Config: k.Digest, Now: now,
	})
	switch {
	case errors.Is(err, evidence.ErrTooMany):
		return fail(http.StatusBadRequest, evidence.ErrTooMany)
	case err != nil:
		return fail(http.StatusServiceUnavailable, err)
	}
	ask.Lines, ask.Digest = pack.Entries, pack.Digest
	return pack, ask, nil
}

// shows says which entries may be in a pack: of a zone those that are of no other, and duress only for those who may know.
func (k *Desk) shows(zone string, all bool) func(*journal.Entry) bool {
	of := map[string]string{}
	for _, d := range k.Config.Doors {
		of[d.Name] = d.Zone
	}
	return func(e *journal.Entry) bool {
		where := e.Data.Zone
		if where == "" {
			where = of[e.Data.Door]
		}
		if zone != "" && where != "" && where != zone {
			return false
		}
		return all || !duress(e)
	}
}

// duress says that an entry speaks of duress.
func duress(e *journal.Entry) bool {
	return e.Type == journal.AccessDuress || e.Data.Point == "duress_pin" || causedBy(e.Data.Alarm, journal.AccessDuress)
}

func causedBy(id string, t journal.Type) bool {
	return len(id) > len(t) && id[:len(t)+1] == string(t)+"/"
}

// send writes a pack as a ZIP file.
func (k *Desk) send(w http.ResponseWriter, p evidence.Pack) {
	w.Header().Set("Content-Type", "application/zip")
	z := zip.NewWriter(w)
	for _, f := range p.Files {
		out, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: k.Clock.Now().Wall})
		if err == nil {
			_, err = out.Write(f.Body)
		}
		if err != nil {
			return // nobody listens any more; a file cut short is no ZIP file
		}
	}
	_ = z.Close()
}
