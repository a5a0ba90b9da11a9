package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"kidoban/controller/console/words"
	"kidoban/controller/desk"
)

// doneKey is what a done key looks like: only words of that kind are shown by an address.
var doneKey = regexp.MustCompile(`^[a-z]+\.done\.[a-z_]+$`)

func unknownPage(name string) error { return fmt.Errorf("no page %q", name) }

// Say is an error as the page says it: what the daemon refused, in its own words in the page's language; a field's fault;
// that something at the door's controller failed, whose cause is Cause; anything else is only said to have gone wrong, and
// logged.
func (c *Call) Say(err error) string {
	var field *FieldFault
	var refused *desk.Error
	switch {
	case errors.As(err, &field):
		return c.T("web.fault.field", "field", c.T("field."+field.Field), "fault", c.T(field.Key, field.Args...))
	case errors.As(err, &refused) && refused.Status == 0:
		return c.T("web.fault.daemon", "fault", words.Refusal(c.Lang, refused.Error()))
	case errors.As(err, &refused) && c.Cause(err) == "":
		return words.Refusal(c.Lang, refused.Error())
	case errors.As(err, &refused) && c.R.Method == http.MethodGet:
		return c.T("web.fault.unread")
	case errors.As(err, &refused):
		return c.T("web.fault.undone")
	}
	c.Log().Error("a page failed", "path", c.R.URL.Path, "err", err)
	return c.T("web.fault.own")
}

// Cause is what a machine said of its failure, in English: for whoever mends it. It is "" where the page says it in words.
func (c *Call) Cause(err error) string {
	var refused *desk.Error
	if errors.As(err, &refused) && refused.Status >= http.StatusInternalServerError && !words.Knows(refused.Error()) {
		return refused.Error()
	}
	return ""
}

// OnForm says that an error belongs on the form that was sent: a field is wrong, or the daemon has refused. Anything else is
// the frame's to answer.
func OnForm(err error) bool {
	var field *FieldFault
	if errors.As(err, &field) {
		return true
	}
	switch desk.CodeOf(err) {
	case desk.CodeRefused, desk.CodeInvalid, desk.CodeMissing:
		return true
	}
	return false
}

func statusOf(err error) int {
	var field *FieldFault
	var refused *desk.Error
	switch {
	case errors.As(err, &field):
		return http.StatusUnprocessableEntity
	case errors.As(err, &refused) && refused.Status >= 400:
		return refused.Status
	}
	return http.StatusInternalServerError
}

// fault is a page that says why there is none.
type fault struct {
	Status int
	Key    string // of words; "" says the error
	Err    error
}

func (f fault) write(c *Call) error {
	if f.Status == http.StatusServiceUnavailable && c.R.Method == http.MethodGet {
		c.W.Header().Set("Refresh", "5") // the page comes back by itself
	}
	v := faultView{Said: c.T(f.Key)}
	if f.Key == "" {
		v = faultView{c.Say(f.Err), c.Cause(f.Err)}
	}
	return Page{Name: "web/fault", Data: v, Status: f.Status}.write(c)
}

type faultView struct{ Said, Cause string }

// leads says that an error leads to another page, wherever it is noticed.
func leads(err error) bool {
	switch desk.CodeOf(err) {
	case desk.CodeProve, desk.CodeSecond, desk.CodePassword, desk.CodeEnded:
		return true
	}
	return false
}

// Kept is what was sent and waits for a fresh proof: it is sent again after it, by a click.
type Kept struct {
	Path string // of the order; "" if nothing waits
	To   string // where to go on if nothing does
	Pair [][2]string
}

// Secret says that what stands in a field must stand in no page again, and is kept for no other request.
func Secret(field string) bool {
	return strings.Contains(field, "password") || field == "pin" || field == "code" || field == "response"
}

// keep is the form that was sent. One with a secret in it is not kept: it is filled in anew after the proof.
func (c *Call) keep() Kept {
	k := Kept{To: c.Back()}
	if c.R.Method != http.MethodPost || c.Form == nil || c.Form.files != nil {
		return k
	}
	for name := range c.Form.Values {
		if Secret(name) {
			return k
		}
	}
	k.Path = c.R.URL.RequestURI()
	for name, values := range c.Form.Values {
		for _, v := range values {
			if name != "once" {
				k.Pair = append(k.Pair, [2]string{name, v})
			}
		}
	}
	slices.SortFunc(k.Pair, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	return k
}

// answerTo is the page of an error that a route returned: who must prove anew or sign in is led there.
func (c *Call) answerTo(err error) Answer {
	var refused *desk.Error
	switch {
	case errors.Is(err, desk.ErrEnded):
		c.over(desk.EndOf(err))
		return c.toSignIn()
	case errors.As(err, &refused) && refused.Code == desk.CodeProve:
		return Page{Name: "accounts/prove", Data: c.keep(), Status: http.StatusForbidden}
	case errors.As(err, &refused) && refused.Code == desk.CodeSecond:
		return Go{To: "/account/second"}
	case errors.As(err, &refused) && refused.Code == desk.CodePassword:
		return Go{To: "/account/password"}
	}
	return fault{Status: statusOf(err), Err: err}
}

// brokenPage is said where not even a page can be made.
const brokenPage = "この画面を表示できません。扉と記録には影響ありません。 This page cannot be shown. The door and the record are not touched by it."

// recovered ends a request whose code panicked: nothing else is touched by it.
func (s *Server) recovered(w http.ResponseWriter, r *http.Request) {
	v := recover()
	switch v {
	case nil:
		return
	case http.ErrAbortHandler:
		panic(v)
	}
	s.Log.Error("a page panicked", "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
	http.Error(w, brokenPage, http.StatusInternalServerError)
}
