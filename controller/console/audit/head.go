package audit

import (
	"errors"
	"html/template"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/account"
	"kidoban/controller/console/draw"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// indexView is the journal's head, and how its last verification stands.
type indexView struct {
	Tabs   []tab
	Head   desk.Head
	Signed signed
	Co     signed
	Now    progress
	Verify bool
}

// signed is a checkpoint as this page has checked it.
type signed struct {
	There bool
	OK    bool
	Why   string // why it is not believed
	Size  uint64
	Root  string
	At    string
	Clock string
	Text  string
}

func index(c *web.Call) (web.Answer, error) {
	var h desk.Head
	if err := c.Get("journal/head", nil, &h); err != nil {
		return nil, err
	}
	var now desk.Verifying
	if err := c.Get("journal/verify", nil, &now); err != nil {
		return nil, err
	}
	own, co := checked(&h)
	return web.Page{Name: "audit/index", Data: indexView{
		Tabs: tabs(c, "/audit"), Head: h, Signed: own, Co: co, Now: progressOf(c, &now), Verify: c.May(account.VerifyJournal),
	}}, nil
}

// checked are the controller's own checkpoint and the one that the central log signed too.
func checked(h *desk.Head) (own, co signed) {
	key, err := note.NewVerifier(h.Key)
	if err != nil {
		return signed{Why: err.Error()}, signed{}
	}
	if h.Checkpoint != nil {
		cp, err := journal.OpenCheckpoint(h.Checkpoint, key)
		own = signedOf(h, cp, h.Checkpoint, err)
	}
	if h.Cosigned == nil {
		return own, co
	}
	central, err := note.NewVerifier(h.Central)
	if err != nil {
		return own, signed{There: true, Why: err.Error(), Text: string(h.Cosigned)}
	}
	cp, err := journal.OpenCosigned(h.Cosigned, key, central)
	return own, signedOf(h, cp, h.Cosigned, err)
}

func signedOf(h *desk.Head, cp journal.Checkpoint, text []byte, err error) signed {
	if err == nil && cp.Origin != h.Origin {
		err = errors.New("it is of " + cp.Origin)
	}
	s := signed{There: true, OK: err == nil, Text: string(text)}
	if err != nil {
		s.Why = err.Error()
		return s
	}
	s.Size, s.Root, s.At, s.Clock = cp.Size, cp.Root.String(), words.Stamp(cp.Time), string(cp.Clock)
	return s
}

type checkpointsView struct {
	Tabs   []tab
	Head   desk.Head
	Signed signed
	Co     signed
	Code   template.HTML // of the own signature; "" where it fits into none
}

func checkpoints(c *web.Call) (web.Answer, error) {
	var h desk.Head
	if err := c.Get("journal/head", nil, &h); err != nil {
		return nil, err
	}
	own, co := checked(&h)
	v := checkpointsView{Tabs: tabs(c, "/audit/checkpoints"), Head: h, Signed: own, Co: co}
	if code, err := draw.NewCode(own.Text); err == nil && own.OK {
		v.Code = code.SVG(c.T("audit.checkpoints.qr"))
	}
	return web.Page{Name: "audit/checkpoints", Data: v}, nil
}

// checkpointFile hands out a checkpoint, or the key, to be kept elsewhere and verified against.
func checkpointFile(c *web.Call) (web.Answer, error) {
	var h desk.Head
	if err := c.Get("journal/head", nil, &h); err != nil {
		return nil, err
	}
	body := map[string][]byte{"own": h.Checkpoint, "cosigned": h.Cosigned, "key": []byte(h.Key + "\n")}[c.R.PathValue("which")]
	name := map[string]string{"own": "checkpoint.txt", "cosigned": "checkpoint-cosigned.txt", "key": "verifier.pub"}[c.R.PathValue("which")]
	if body == nil {
		return web.Go{To: "/audit/checkpoints"}, nil
	}
	return web.File{Name: name, Type: "text/plain; charset=utf-8", Body: body}, nil
}
