package desk

import (
	"context"
	"net/http"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/rebuild"
)

// Compare asks whether a fiscal year's book is what the journal tells: "register/compare" answers when that is known,
// "register/comparison" at once.
type Compare struct {
	Year    int    `json:"year"`
	Purpose string `json:"purpose"`
}

// Comparing is how a comparison stands ("register/comparison"): GET asks, POST begins one. There is one at a time. What it
// is for and what it found is told to whoever had it begun, and to nobody else.
type Comparing struct {
	Running bool            `json:"running,omitempty"`
	By      string          `json:"by,omitempty"` // the account; "" = none was asked for since the daemon started
	Begun   time.Time       `json:"begun,omitzero"`
	Ended   time.Time       `json:"ended,omitzero"`
	Done    uint64          `json:"done"` // entries read
	Size    uint64          `json:"size"` // of the journal when it began
	Year    int             `json:"year,omitempty"`
	Purpose string          `json:"purpose,omitempty"`
	Found   *rebuild.Result `json:"found,omitempty"`
	Failed  string          `json:"failed,omitempty"` // why it could not be done to its end
}

// collator is the comparison that goes on beside the door.
type collator struct {
	mu    sync.Mutex
	state Comparing
	asked chan int // a fiscal year
}

func newCollator() *collator { return &collator{asked: make(chan int, 1)} }

// look is how it stands, as an account may know it.
func (l *collator) look(account string) Comparing {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.state
	if out.By != account {
		out.Purpose, out.Found, out.Failed = "", nil, ""
	}
	return out
}

func (l *collator) change(f func(*Comparing)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.state)
}

// begin says whether it is this one that is begun.
func (l *collator) begin(c Comparing) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state.Running {
		return false
	}
	l.state = c
	l.asked <- c.Year // has room: nothing runs
	return true
}

// compared reads what is to be compared, and has that put on record.
func (k *Desk) compared(w http.ResponseWriter, r *http.Request) (Compare, bool) {
	c, ok := read[Compare](w, r)
	if !ok {
		return c, false
	}
	var f form
	f.words("purpose", &c.Purpose)
	switch {
	case c.Purpose == "":
		f.refuse("say what the comparison is for (--purpose)")
	case c.Year < 2000 || c.Year > 2199:
		f.refuse("%d is no fiscal year of a register", c.Year)
	}
	if !f.filled(w) {
		return c, false
	}
	from := time.Date(c.Year, time.April, 1, 0, 0, 0, 0, access.JST)
	return c, k.noted(w, r, controller.Searched{
		What: "compare", From: from, Until: from.AddDate(1, 0, 0), Private: private(map[string]string{"purpose": c.Purpose}),
	})
}

// compare makes a year's lines anew from the journal and compares them with those that are kept.
func (k *Desk) compare(w http.ResponseWriter, r *http.Request) {
	c, ok := k.compared(w, r)
	if !ok {
		return
	}
	result, err := rebuild.Compare(r.Context(), k.Store.Reader, c.Year, nil)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, result)
}

func (k *Desk) comparing(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, k.collator.look(k.account(r).Name))
}

func (k *Desk) beginCompare(w http.ResponseWriter, r *http.Request) {
	who := k.account(r).Name
	begun := !k.collator.look(who).Running // what cannot be done is not put on record
	if begun {
		c, ok := k.compared(w, r)
		if !ok {
			return
		}
		begun = k.collator.begin(Comparing{
			Running: true, By: who, Begun: k.Clock.Now().Wall, Size: k.Store.Head().Size, Year: c.Year, Purpose: c.Purpose,
		})
	}
	if !begun {
		refuse(w, http.StatusConflict, "a comparison is under way: look how far it is")
		return
	}
	reply(w, http.StatusOK, k.collator.look(who))
}

// collates carries out the comparisons that are asked for, until ctx ends.
func (k *Desk) collates(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case year := <-k.collator.asked:
			found, err := rebuild.Compare(ctx, k.Store.Reader, year, func(n uint64) {
				k.collator.change(func(c *Comparing) { c.Done = min(n+1, c.Size) })
			})
			k.collator.change(func(c *Comparing) {
				c.Running, c.Ended = false, k.Clock.Now().Wall
				if err != nil {
					c.Failed = err.Error()
					return
				}
				c.Found, c.Done = &found, c.Size
			})
		}
	}
}
