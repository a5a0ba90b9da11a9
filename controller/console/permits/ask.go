package permits

import (
	"cmp"
	"strconv"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

func newDraft(c *web.Call, oral bool) draft {
	return draft{form: form{c: c, wrong: map[string]string{}}, Oral: oral}
}

func (d draft) path() string {
	if d.Oral {
		return "/permits/oral"
	}
	return "/permits/ask"
}

// askView is the form.
type askView struct {
	draft
	Path   string
	Lately []listed
	Days   []string
}

func (d draft) page(fault error) (web.Answer, error) {
	v := askView{draft: d, Path: d.path()}
	for _, key := range dayKeys {
		v.Days = append(v.Days, d.c.T(key))
	}
	var err error
	if v.Lately, err = lately(d.c); err != nil {
		return nil, err
	}
	return web.Page{Name: "permits/ask", Data: v, Fault: fault}, nil
}

// askPage is an empty form, or one like an earlier permit.
func askPage(oral bool) func(*web.Call) (web.Answer, error) {
	return func(c *web.Call) (web.Answer, error) {
		like := c.Form.Get("like")
		c.Form.Values = blank(c.Now, c.Site().Demo)
		d := newDraft(c, oral)
		if like != "" {
			p, err := get(c, like)
			if err != nil {
				return nil, err
			}
			d.like(&p.Permit)
		}
		return d.page(nil)
	}
}

// askStep is a button of the form: one more visitor or one less, look at it, go back to it, send it.
func askStep(oral bool) func(*web.Call) (web.Answer, error) {
	return func(c *web.Call) (web.Answer, error) {
		d := newDraft(c, oral)
		do, n, _ := strings.Cut(c.Form.Get("do"), ":")
		switch do {
		case "add":
			d.setRows(append(d.Rows(), row{Class: "contractor"}))
			return d.page(nil)
		case "remove":
			rows := d.Rows()
			if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(rows) {
				d.setRows(append(rows[:i:i], rows[i+1:]...))
			}
			return d.page(nil)
		case "edit":
			return d.page(nil)
		}
		p := d.permit()
		if err := c.Form.Err(); err != nil {
			return d.page(err)
		}
		if do == "send" {
			return d.send(p)
		}
		return web.Page{Name: "permits/preview", Data: d.preview(p)}, nil
	}
}

func (d draft) send(p desk.Permit) (web.Answer, error) {
	what, say := "permit/request", "permits.done.requested"
	if d.Oral {
		what, say = "permit/oral", "permits.done.oral"
	}
	var id access.PermitID
	err := d.c.Post(what, p, &id)
	switch desk.CodeOf(err) {
	case desk.CodeRefused, desk.CodeInvalid:
		return d.page(err)
	}
	if err != nil {
		return nil, err
	}
	return web.Go{To: "/permits/" + string(id), Done: say}, nil
}

// previewView is what would be sent.
type previewView struct {
	draft
	Path, Room, When, Count, Spoken string
	Facts                           []fact
	Visitors                        []visitor
	Most                            int
	Door                            []string
}

func (d draft) preview(p desk.Permit) previewView {
	c := d.c
	zone := p.Zone
	if zone == "" && len(c.Site().Zones) > 0 {
		zone = c.Site().Zones[0].Name
	}
	asked := ledger.Permit{Permit: access.Permit{
		Span: access.Span{From: p.From, Until: p.Until}, Days: p.Days, Daily: p.Daily, Entries: p.Entries, State: access.Requested,
	}}
	if d.Oral {
		asked.State = access.PermittedOrally
	}
	v := previewView{
		draft: d, Path: d.path(), Room: room(c, zone), When: period(c, p.From, p.Until, p.Days, p.Daily), Door: atDoor(c, &asked),
		Most: max(p.Most-len(p.Text.Visitors), 0),
	}
	if d.Oral {
		v.Spoken = words.Time(c.Lang, p.Spoken) + " " + words.Term(c.Lang, words.Spoken, p.How)
	}
	v.Facts = factsOf(c, p.Text)
	for _, r := range d.Rows() {
		if r.Name != "" {
			v.Visitors = append(v.Visitors, visitor{r.Name, r.Reading, cmp.Or(r.Affiliation, p.Text.Organisation), words.Term(c.Lang, words.Classes, r.Class), ""})
		}
	}
	return v
}
