package desk

import (
	"context"
	"net/http"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Verifying is how a verification of the daemon's own journal stands ("journal/verify"): GET asks, POST begins one. There is
// one at a time, whoever asks sees the same, and what it found is an entry.
type Verifying struct {
	Running bool      `json:"running,omitempty"`
	By      string    `json:"by,omitempty"` // the account; "" = none was asked for since the daemon started
	Begun   time.Time `json:"begun,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Done    uint64    `json:"done"`
	Size    uint64    `json:"size"` // of the journal when it began
	Found   *Verified `json:"found,omitempty"`
	Failed  string    `json:"failed,omitempty"` // why it could not be done to its end
}

// Verified is what a verification found.
type Verified struct {
	Size       uint64    `json:"size"`
	Signed     uint64    `json:"signed"` // covered by a checkpoint that agrees
	Purged     uint64    `json:"purged"`
	Root       string    `json:"root"`
	Problems   []Problem `json:"problems,omitempty"` // the first ones
	Count      int       `json:"count"`              // of all problems
	Recorded   bool      `json:"recorded"`           // it is on record
	Checkpoint []byte    `json:"checkpoint,omitempty"`
	Cosigned   []byte    `json:"cosigned,omitempty"` // by the central log; its entries were verified to be these
}

// Problem is a journal.Problem.
type Problem struct {
	Kind   string `json:"kind"` // journal.Kind's word
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
	Detail string `json:"detail,omitempty"` // in fixed words
	Text   string `json:"text"`             // all of it, in English
}

// problemsShown bounds what is told of a journal that is out of order.
const problemsShown = 100

// patrol is the verification that goes on beside the door.
type patrol struct {
	mu    sync.Mutex
	state Verifying
	asked chan controller.Account
}

func newPatrol() *patrol { return &patrol{asked: make(chan controller.Account, 1)} }

func (p *patrol) look() Verifying {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

func (p *patrol) change(f func(*Verifying)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.state)
}

// begin says whether it is this account that has one begun.
func (p *patrol) begin(a controller.Account, now time.Time, size uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state.Running {
		return false
	}
	p.state = Verifying{Running: true, By: a.Name, Begun: now, Size: size}
	p.asked <- a // has room: nothing runs
	return true
}

func (k *Desk) verifying(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, k.patrol.look())
}

func (k *Desk) verify(w http.ResponseWriter, r *http.Request) {
	who := k.account(r)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: who, Ask: controller.MayVerify{}})
	if !k.answered(w, a, err) {
		return
	}
	if !k.patrol.begin(who, k.Clock.Now().Wall, k.Store.Head().Size) {
		refuse(w, http.StatusConflict, "a verification is under way: look how far it is")
		return
	}
	reply(w, http.StatusOK, k.patrol.look())
}

// patrols carries out the verifications that are asked for, until ctx ends.
func (k *Desk) patrols(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case who := <-k.patrol.asked:
			k.walk(ctx, who)
		}
	}
}

// walk verifies, and puts on record what it found. The door comes first: it works half of the time on one processor.
func (k *Desk) walk(ctx context.Context, who controller.Account) {
	found, err := k.examine(ctx)
	if err == nil {
		err = k.recorded(ctx, who, &found)
	}
	k.patrol.change(func(v *Verifying) {
		v.Running, v.Ended = false, k.Clock.Now().Wall
		switch {
		case err != nil:
			v.Failed = err.Error()
		default:
			v.Found, v.Done = &found, found.Size
		}
	})
}

func (k *Desk) examine(ctx context.Context) (Verified, error) {
	if err := k.signHead(ctx); err != nil { // so that nothing of it is unproven
		return Verified{}, err
	}
	began := time.Now()
	pause := func(ctx context.Context, done uint64) error {
		k.patrol.change(func(v *Verifying) { v.Done = done })
		worked := time.Since(began)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(worked):
		}
		began = time.Now()
		return nil
	}
	signed, cosigned := k.Store.LatestCheckpoint(), k.Store.Cosigned()
	rep, err := k.Store.Patrol(ctx, store.Verifying{Key: k.Keys.Verifier()}, pause)
	out := Verified{
		Size: rep.Size, Signed: rep.Signed, Purged: rep.Purged, Root: rep.Root.String(), Count: len(rep.Problems) + rep.More,
		Checkpoint: signed, Cosigned: cosigned,
	}
	for _, p := range rep.Problems[:min(len(rep.Problems), problemsShown)] {
		out.Problems = append(out.Problems, Problem{p.Kind.String(), p.From, p.To, p.Detail, p.String()})
	}
	return out, err
}

// recorded has what was found put on record. Where nothing can be recorded now, what was found is told all the same.
func (k *Desk) recorded(ctx context.Context, who controller.Account, v *Verified) error {
	ask := controller.Verified{Size: v.Size, Root: v.Root, Problems: v.Count}
	if v.Count > 0 {
		ask.First = v.Problems[0].Text
	}
	a, err := k.Controller.Ask(ctx, controller.Request{Account: who, Ask: ask})
	v.Recorded = err == nil && a.Refusal == ""
	return err
}

// Head is the journal's head, and what signs it ("journal/head").
type Head struct {
	Origin      string `json:"origin"`
	Size        uint64 `json:"size"`
	Root        string `json:"root"`
	Checkpoint  []byte `json:"checkpoint,omitempty"` // signed last
	Cosigned    []byte `json:"cosigned,omitempty"`   // by the central log, the last that came
	Key         string `json:"key"`
	Fingerprint string `json:"fingerprint"`
	Central     string `json:"central,omitempty"` // the central log's key
}

func (k *Desk) journalHead(w http.ResponseWriter, _ *http.Request) {
	head := k.Store.Head()
	public := k.Keys.Public()
	reply(w, http.StatusOK, Head{
		Origin: k.Store.Origin().Line(), Size: head.Size, Root: head.Root.String(), Checkpoint: k.Store.LatestCheckpoint(),
		Cosigned: k.Store.Cosigned(), Key: public, Fingerprint: journal.Fingerprint(public), Central: k.Config.MQTT.CentralKey,
	})
}
