package people

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/cards"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// ticksMost bounds the list to tick: beyond it the numbers are typed or scanned.
const ticksMost = 1000

// countView is a stock-take: a list to tick, or what came of it.
type countView struct {
	All    bool
	Cards  []desk.FoundCard
	More   int
	Result *cards.Count
	names  map[access.CredentialID]string
}

// Holder is whose a card is, by name.
func (v countView) Holder(card access.CredentialID) string { return v.names[card] }

func countPage(c *web.Call) (web.Answer, error) { return counting(c, nil) }

func counting(c *web.Call, fault error) (web.Answer, error) {
	v := countView{All: c.Form.Has("all")}
	for len(v.Cards) < ticksMost {
		var f desk.FoundCards
		if err := c.Post("card/find", desk.FindCards{Stock: !v.All, Live: true, From: len(v.Cards), Limit: 200}, &f); err != nil {
			return nil, err
		}
		v.Cards, v.More = append(v.Cards, f.Cards...), f.All-len(v.Cards)-len(f.Cards)
		if len(f.Cards) == 0 || v.More <= 0 {
			break
		}
	}
	return web.Page{Name: "people/count", Data: v, Fault: fault}, nil
}

// count compares what was found with what should be there.
func count(c *web.Call) (web.Answer, error) {
	s := desk.Stocktake{Found: []access.CredentialID{}, All: c.Form.Has("all")}
	for _, id := range c.Form.All("found") {
		s.Found = append(s.Found, access.CredentialID(id))
	}
	for _, id := range strings.FieldsFunc(c.Form.Get("typed"), func(r rune) bool { return strings.ContainsRune(" ,、\t\r\n\u3000", r) }) {
		s.Found = append(s.Found, access.CredentialID(id))
	}
	var got cards.Count
	if err := c.Post("card/count", s, &got); err != nil {
		return shown(err, func() (web.Answer, error) { return counting(c, err) })
	}
	return web.Page{Name: "people/count", Data: countView{All: s.All, Result: &got, names: holders(c, &got)}}, nil
}

// namedMost bounds the differences of a count whose holders are named.
const namedMost = 50

func holders(c *web.Call, n *cards.Count) map[access.CredentialID]string {
	names := map[access.CredentialID]string{}
	for _, d := range n.Differences[:min(len(n.Differences), namedMost)] {
		var f desk.FoundCards
		if d.Person != "" && c.Post("card/find", desk.FindCards{ID: d.Card}, &f) == nil && len(f.Cards) == 1 {
			names[d.Card] = f.Cards[0].Name
		}
	}
	return names
}

// ledgerView is one of the two card ledgers.
type ledgerView struct {
	Lines []cards.Lending
	Asked bool
	Print bool
	now   time.Time
}

// State is how a line stands.
func (v ledgerView) State(l cards.Lending) cards.State { return l.At(v.now) }

func ledgerPage(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "people/ledger", Data: ledgerView{Print: c.May(account.PrintRegister)}}, nil
}

func showLedger(c *web.Call) (web.Answer, error) {
	v := ledgerView{Print: c.May(account.PrintRegister), now: c.Now, Asked: true}
	s := spanOf(c.Form)
	q := desk.CardLedger{Ledger: c.Form.Get("ledger"), From: s.From, Until: s.Until, Purpose: c.Form.Need("purpose")}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("card/ledger", q, &v.Lines)
	}
	if err != nil {
		v.Asked = false
		return shown(err, func() (web.Answer, error) { return web.Page{Name: "people/ledger", Data: v, Fault: err}, nil })
	}
	return web.Page{Name: "people/ledger", Data: v}, nil
}

// printLedger is the ledger as the form, on record with its purpose.
func printLedger(c *web.Call) (web.Answer, error) {
	form := "staff-cards"
	if c.Form.Get("ledger") == "visitors" {
		form = "visitor-cards"
	}
	q := desk.Print{Form: form, Year: c.Form.Number("year", 2000, 2199), Purpose: c.Form.Need("purpose"), Lang: web.Tag(c.Lang)}
	err := c.Form.Err()
	var sheet desk.Sheet
	if err == nil {
		err = c.Post("print", q, &sheet)
	}
	if err != nil {
		v := ledgerView{Print: true}
		return shown(err, func() (web.Answer, error) { return web.Page{Name: "people/ledger", Data: v, Fault: err}, nil })
	}
	return web.File{Name: form + ".pdf", Type: "application/pdf", Body: sheet.File}, nil
}

// fetched is a file that the daemon hands out.
func fetched(c *web.Call, what string, order any) ([]byte, error) {
	b, err := json.Marshal(order)
	if err != nil {
		return nil, err
	}
	body, err := c.Desk.Fetch(c.R.Context(), what, b)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	return io.ReadAll(body)
}
