package people

import (
	"net/url"
	"strconv"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

const linesOfPage = 50

// listView is a page of a long list.
type listView struct {
	desk.FoundPeople
	Pages pages
	Mine  bool // who looks may propose changes
}

// pages leads through a list.
type pages struct {
	First, Last, All int
	Before, After    string // queries; "" where there is none
}

// leaf is where somebody is in a list of so many.
func leaf(q url.Values, from, shown, all int) pages {
	p := pages{First: from + 1, Last: from + shown, All: all}
	at := func(n int) string {
		next := url.Values{}
		for k, v := range q {
			if k != "from" && k != "done" && len(v) > 0 && v[0] != "" {
				next[k] = v
			}
		}
		if n > 0 {
			next.Set("from", strconv.Itoa(n))
		}
		return "?" + next.Encode()
	}
	if from > 0 {
		p.Before = at(max(from-linesOfPage, 0))
	}
	if from+shown < all {
		p.After = at(from + shown)
	}
	return p
}

// list finds people by name, reading, number, section or card.
func list(c *web.Call) (web.Answer, error) {
	q := desk.FindPeople{
		Words: c.Form.Get("q"), Section: c.Form.Get("section"), Kind: c.Form.Get("kind"), From: c.Form.Number("from", 0, 1_000_000),
		Limit: linesOfPage,
	}
	v := listView{Mine: c.May(account.ProposeRoster, account.ChangeRoster)}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("people/find", q, &v.FoundPeople)
	}
	v.Pages = leaf(c.Form.Values, q.From, len(v.People), v.All)
	return web.Page{Name: "people/list", Data: v, Fault: err}, nil
}

// Article is the rule that lets somebody in, in full.
func article(l access.Language, rule string) string {
	ja, en := access.Article(rule)
	if l == access.English {
		return en
	}
	return ja
}

// Cite is the article of a line.
func (v listView) Cite(c *web.Call, rule string) string { return article(c.Lang, rule) }
