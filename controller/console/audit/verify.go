package audit

import (
	"strconv"
	"time"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// progress is a verification as the page shows it.
type progress struct {
	Running          bool
	Any              bool // one was asked for since the daemon started
	By, Begun, Ended string
	Done, Size       uint64
	Percent          int
	Left             time.Duration
	Found            *desk.Verified
	Failed           string
	Own, Co          signed
	Problems         []problem
	More             int
	Clean            bool
}

// estimateAfter is how much must be done before it is said how long the rest takes.
const estimateAfter = 2 * time.Second

func progressOf(c *web.Call, v *desk.Verifying) progress {
	p := progress{
		Running: v.Running, Any: v.By != "", By: v.By, Begun: words.Stamp(v.Begun), Ended: words.Stamp(v.Ended), Done: v.Done, Size: v.Size,
		Found: v.Found, Failed: words.Refusal(c.Lang, v.Failed),
	}
	if v.Size > 0 {
		p.Percent = int(min(v.Done, v.Size) * 100 / v.Size)
	}
	if v.Found != nil {
		p.Clean, p.More = v.Found.Count == 0, v.Found.Count-len(v.Found.Problems)
		for i := range v.Found.Problems {
			p.Problems = append(p.Problems, problemOf(c, &v.Found.Problems[i]))
		}
	}
	return p
}

// problem is what is wrong and where, with the words of the verifier for those who look into it.
type problem struct {
	Which, What, Text string
	From              uint64
	Single            bool // it is of the entry From
}

func problemOf(c *web.Call, p *desk.Problem) problem {
	out := problem{What: c.T("audit.problem." + p.Kind), Text: p.Text}
	switch p.Kind {
	case journal.TailCut.String(), journal.RolledBack.String(), journal.RootDiffers.String(), journal.CheckpointFalse.String():
		out.Which = c.T("audit.which.signed", "n", p.To)
	case journal.Swapped.String():
		out.Which = c.T("audit.which.pair", "a", p.From, "b", p.To)
	default:
		out.Which, out.From, out.Single = c.T("audit.which.single", "n", p.From), p.From, p.From == p.To
		if p.From != p.To {
			out.Which = c.T("audit.which.range", "a", p.From, "b", p.To)
		}
	}
	return out
}

// verifyView is the page on which a verification is watched.
type verifyView struct {
	Tabs   []tab
	Now    progress
	Key    string
	Finger string
	Verify bool
	Left   string
}

// verifying shows how far a verification is. While one runs the page asks again by itself, without a script.
func verifying(c *web.Call) (web.Answer, error) {
	var now desk.Verifying
	var h desk.Head
	if err := c.Get("journal/verify", nil, &now); err != nil {
		return nil, err
	}
	if err := c.Get("journal/head", nil, &h); err != nil {
		return nil, err
	}
	v := verifyView{
		Tabs: tabs(c, "/audit"), Now: progressOf(c, &now), Key: h.Key, Finger: h.Fingerprint, Verify: c.May(account.VerifyJournal),
	}
	if now.Found != nil {
		h.Checkpoint, h.Cosigned = now.Found.Checkpoint, now.Found.Cosigned
		v.Now.Own, v.Now.Co = checked(&h)
	}
	if now.Running {
		c.W.Header().Set("Refresh", strconv.Itoa(refresh))
		if worked := c.Now.Sub(now.Begun); worked > estimateAfter && now.Done > 0 && now.Size > now.Done {
			v.Left = words.Span(c.Lang, (worked * time.Duration(now.Size-now.Done) / time.Duration(now.Done)).Round(time.Second))
		}
	}
	return web.Page{Name: "audit/verify", Data: v}, nil
}

// refresh is after how many seconds a page that shows progress asks again.
const refresh = 1

// begin has a verification begun, or leads to the one that runs.
func begin(c *web.Call) (web.Answer, error) {
	var now desk.Verifying
	if err := c.Get("journal/verify", nil, &now); err != nil {
		return nil, err
	}
	if !now.Running {
		if err := c.Post("journal/verify", struct{}{}, nil); err != nil {
			return nil, err
		}
	}
	return web.Go{To: "/audit/verify"}, nil
}
