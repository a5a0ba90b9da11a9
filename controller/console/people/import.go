package people

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/people"
)

// An uploaded file is kept in memory between its dry run and its import, for its account alone, and not for long.
const (
	uploadMost  = 8 << 20
	uploadsMost = 4
	uploadFor   = 15 * time.Minute
)

// uploads are the files that were tried and not yet imported.
type uploads struct {
	mu  sync.Mutex
	all map[string]upload
}

type upload struct {
	account, name string
	replace       bool
	data          []byte
	since         time.Time
}

// keep keeps a file under a key that only its page knows; the oldest gives way.
func (u *uploads) keep(f upload, now time.Time) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clear(now)
	for len(u.all) >= uploadsMost {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(u.all)), func(a, b string) int { return u.all[a].since.Compare(u.all[b].since) })
		delete(u.all, oldest)
	}
	if u.all == nil {
		u.all = map[string]upload{}
	}
	key := rand.Text()
	f.since = now
	u.all[key] = f
	return key
}

// take hands a file to the account that it is of, once.
func (u *uploads) take(key, account string, now time.Time) (upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clear(now)
	f, is := u.all[key]
	if !is || f.account != account {
		return upload{}, false
	}
	delete(u.all, key)
	return f, true
}

func (u *uploads) clear(now time.Time) {
	maps.DeleteFunc(u.all, func(_ string, f upload) bool { return now.Sub(f.since) > uploadFor })
}

func importRoutes(u *uploads) []web.Route {
	may := []account.Action{account.ProposeRoster, account.ChangeRoster}
	return []web.Route{
		{Method: "GET", Path: "/people/import", May: append(may, account.ExportRegister), Do: importForm},
		{Method: "GET", Path: "/people/import/template.csv", May: may, Do: template},
		{Method: "POST", Path: "/people/import", May: may, Do: u.try, Most: uploadMost},
		{Method: "POST", Path: "/people/import/do", May: may, Do: u.do},
		{Method: "POST", Path: "/people/export", May: []account.Action{account.ExportRegister}, Do: export},
	}
}

// importView is the form, or what an import would do.
type importView struct {
	Bring, Export bool
	Tried         *desk.Import
	Problems      []string
	Warnings      []string
	Rows          []difference
	More          int
	Name, Key     string
	Replace       bool
}

func newImport(c *web.Call) importView {
	return importView{Bring: c.May(account.ProposeRoster, account.ChangeRoster), Export: c.May(account.ExportRegister)}
}

func importForm(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "people/import", Data: newImport(c)}, nil
}

func template(*web.Call) (web.Answer, error) {
	return web.File{Name: "kidoban-people.csv", Type: "text/csv; charset=utf-8", Body: people.Template()}, nil
}

// try is the dry run: every problem by line and column, and what would change.
func (u *uploads) try(c *web.Call) (web.Answer, error) {
	v := newImport(c)
	name, data, err := c.Form.File("file")
	f := upload{account: c.Me.Account, name: path.Base(name), replace: c.Form.Has("replace"), data: data}
	var got desk.Import
	if err == nil {
		got, err = bring(c, f, true)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return web.Page{Name: "people/import", Data: v, Fault: err}, nil })
	}
	v.Tried, v.Name, v.Replace = &got, f.name, f.replace
	v.Problems, v.Warnings = said(c, got.Problems), said(c, got.Warnings)
	for _, ch := range got.Changes {
		v.Rows = append(v.Rows, differ(c, ch))
	}
	all := got.Added + got.Changed + got.Removed
	v.More = all - len(v.Rows)
	if len(got.Problems) == 0 && all > 0 {
		v.Key = u.keep(f, c.Now)
	}
	return web.Page{Name: "people/import", Data: v}, nil
}

func said(c *web.Call, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = words.Refusal(c.Lang, l)
	}
	return out
}

func bring(c *web.Call, f upload, dry bool) (got desk.Import, err error) {
	q := url.Values{"name": {f.name}, "dry": {fmt.Sprint(dry)}, "replace": {fmt.Sprint(f.replace)}}
	return got, c.Desk.Send(c.R.Context(), "import", q, f.data, &got)
}

// do imports the file that was tried.
func (u *uploads) do(c *web.Call) (web.Answer, error) {
	f, is := u.take(c.Form.Get("key"), c.Me.Account, c.Now)
	if !is {
		c.Form.Fail("file", "people.fault.gone")
		return web.Page{Name: "people/import", Data: newImport(c), Fault: c.Form.Err()}, nil
	}
	got, err := bring(c, f, false)
	if err != nil {
		return shown(err, func() (web.Answer, error) {
			return web.Page{Name: "people/import", Data: newImport(c), Fault: err}, nil
		})
	}
	if len(got.Problems) > 0 {
		v := newImport(c)
		v.Tried, v.Name, v.Problems = &got, f.name, said(c, got.Problems)
		return web.Page{Name: "people/import", Data: v}, nil
	}
	return done(controller.Proposed{ID: got.Proposal}, "/people", "people.done.imported"), nil
}

// export hands the roster out as a file, on record with its purpose.
func export(c *web.Call) (web.Answer, error) {
	q := desk.Export{What: c.Form.Get("list"), Purpose: c.Form.Need("purpose")}
	err := c.Form.Err()
	var body []byte
	if err == nil {
		body, err = fetched(c, "people/export", q)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) {
			return web.Page{Name: "people/import", Data: newImport(c), Fault: err}, nil
		})
	}
	return web.File{Name: "kidoban-" + q.What + "-" + words.Day(c.Now) + ".csv", Type: "text/csv; charset=utf-8", Body: body}, nil
}
