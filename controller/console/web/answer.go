package web

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"kidoban/controller/access"
)

// Answer is what a route answers with: Page, Go, File or Stream.
type Answer interface {
	write(c *Call) error
}

// Page is a template filled in. With Fault it is the form again, as it was filled in, and what was wrong with it.
type Page struct {
	Name   string // "permits/ask"; with a leading slash-free group
	Data   any
	Fault  error
	Status int // 0: 200, with Fault what the fault is
}

// Go sends the browser on to another page, so that going back sends nothing twice. Done is a key of words that says what was
// done, shown there once.
type Go struct {
	To   string
	Done string
}

// File is handed out to be kept or, Inline, looked at.
type File struct {
	Name   string
	Type   string
	Body   []byte
	Inline bool
}

// Said tells the script what was not done, in the page's language.
type Said struct{ Err error }

func (s Said) write(c *Call) error {
	c.W.Header().Set("Content-Type", "application/json")
	c.W.WriteHeader(statusOf(s.Err))
	return json.NewEncoder(c.W).Encode(map[string]string{"error": c.Say(s.Err)})
}

// Part is a template's "main" alone, for a page that is open.
type Part struct {
	Name string
	Data any
}

func (p Part) write(c *Call) error {
	t := c.server.pages[c.Lang][p.Name]
	if t == nil {
		return unknownPage(p.Name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "main", View{Call: c, Data: p.Data}); err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	send(c.W, c.R, http.StatusOK, b.Bytes())
	return nil
}

// Stream writes by itself, for as long as it likes.
type Stream func(*Call) error

// View is what a template sees.
type View struct {
	*Call
	Data  any
	Fault string // said in the page's language
	Cause string // what a machine said of its failure, in English
	Done  string
	Menu  []Item
	Bare  bool // before signing in, and at a tablet: no menu
}

// Item is one of the menu.
type Item struct {
	MenuItem
	Here bool
}

func (p Page) write(c *Call) error {
	t := c.server.pages[c.Lang][p.Name]
	if t == nil {
		return unknownPage(p.Name)
	}
	v := View{Call: c, Data: p.Data, Menu: c.menu(), Bare: !c.SignedIn() || c.Tablet != ""}
	if key := c.R.URL.Query().Get("done"); doneKey.MatchString(key) {
		v.Done = c.T(key)
	}
	status := p.Status
	if p.Fault != nil {
		v.Fault, v.Cause = c.Say(p.Fault), c.Cause(p.Fault)
		if status == 0 {
			status = statusOf(p.Fault)
		}
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", v); err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	send(c.W, c.R, status, b.Bytes())
	return nil
}

func (g Go) write(c *Call) error {
	to := g.To
	if g.Done != "" {
		u, err := url.Parse(to)
		if err != nil {
			return err
		}
		q := u.Query()
		q.Set("done", g.Done)
		u.RawQuery = q.Encode()
		to = u.String()
	}
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}

func (f File) write(c *Call) error {
	how := "attachment"
	if f.Inline {
		how = "inline"
	}
	h := c.W.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Length", strconv.Itoa(len(f.Body)))
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	_, _ = c.W.Write(f.Body)
	return nil
}

func (s Stream) write(c *Call) error { return s(c) }

// Fragment is a template's "main" alone, in a language and for nobody in particular: a part of a page that is sent again when
// it has changed. It holds no form of its own.
func (s *Server) Fragment(l access.Language, name string, data any) ([]byte, error) {
	t := s.pages[l][name]
	if t == nil {
		return nil, unknownPage(name)
	}
	var b bytes.Buffer
	err := t.ExecuteTemplate(&b, "main", View{Call: &Call{Lang: l, Now: s.Now(), server: s}, Data: data})
	return b.Bytes(), err
}
