package cards_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/cards"
)

// Whatever is lent and returned in whatever order: a card is in the stock or on one open line, nobody has two for the day,
// an own card is blocked exactly while a temporary one is out, nothing is valid past midnight, and when all are back the
// roster is as it was.
func TestLendingsAsAModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, b := roster(t), cards.NewBook(nil)
		for _, id := range []access.CredentialID{"S1", "A1"} { // a PIN does not outlive a lending
			c, _ := r.Credential(id)
			c.PIN = access.Hash{}
			_ = r.PutCredential(c)
		}
		before := fmt.Sprint(r.Records())
		at, made := morning, 0
		people := rapid.SampledFrom([]access.PersonID{"aoki", "baba", "chiba", "doi", "emi", "nobody", cards.Stock})
		ids := rapid.SampledFrom([]access.CredentialID{"S1", "S2", "S3", "A1", "X"})
		carry := func(p cards.Plan, no string) {
			if no != "" {
				return
			}
			if p.Lending.ID == "" {
				made++
				p.Lending.ID = fmt.Sprintf("2026-L%04d", made)
			}
			for _, c := range p.Cards {
				if bad := r.PutCredential(c); bad != nil {
					rt.Fatal(bad)
				}
			}
			b.Put(p.Lending)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"lend": func(rt *rapid.T) {
				l := cards.Lending{Card: ids.Draw(rt, "card"), Person: people.Draw(rt, "person")}
				p := permit(nil)
				p.Span = access.Span{}
				carry(cards.Lend(r, b, p, l, at))
			},
			"temporary": func(rt *rapid.T) {
				carry(cards.Substitute(r, b, cards.Lending{
					Card: ids.Draw(rt, "card"), Person: people.Draw(rt, "person"), By: by(people.Draw(rt, "by")), Second: by(people.Draw(rt, "second")),
				}, at))
			},
			"return": func(rt *rapid.T) { carry(cards.Back(r, b, ids.Draw(rt, "card"), by("baba"), at)) },
			"wait":   func(rt *rapid.T) { at = at.Add(time.Duration(rapid.IntRange(1, 40).Draw(rt, "hours")) * time.Hour) },
			"":       func(rt *rapid.T) { sound(rt, r, b) },
		})
		for _, l := range b.Open() {
			carry(cards.Back(r, b, l.Card, by("baba"), at))
		}
		if after := fmt.Sprint(r.Records()); after != before {
			rt.Errorf("all are back, and the roster is\n%s\nit was\n%s", after, before)
		}
	})
}

func sound(rt *rapid.T, r *access.Roster, b *cards.Book) {
	borrowers := map[access.PersonID]int{}
	var blocked []access.CredentialID
	for _, l := range b.Open() {
		borrowers[l.Person]++
		blocked = append(blocked, l.Blocked...)
		c, _ := r.Credential(l.Card)
		if c.Person != l.Person || !c.Until.Equal(cards.Midnight(l.Lent)) || c.Until.Sub(l.Lent) > 24*time.Hour {
			rt.Errorf("line %+v, card %+v", l, c)
		}
		if l.Kind == cards.Temporary && (l.By.Person == l.Second.Person || l.By.Person == l.Person || l.Second.Person == l.Person) {
			rt.Errorf("not two others: %+v", l)
		}
	}
	for p, n := range borrowers {
		if n > 1 || p == cards.Stock {
			rt.Errorf("%s has %d cards for the day", p, n)
		}
	}
	for _, id := range []access.CredentialID{"S1", "S2", "S3"} {
		c, _ := r.Credential(id)
		if _, out := b.Of(id); out == (c.Person == cards.Stock) {
			rt.Errorf("card %s: out %v, of %s", id, out, c.Person)
		}
	}
	for _, id := range []access.CredentialID{"A1", "A3"} {
		if c, _ := r.Credential(id); (c.State == access.Blocked) != slices.Contains(blocked, id) {
			rt.Errorf("%s: state %d, blocked for a temporary card %v", id, c.State, slices.Contains(blocked, id))
		}
	}
}
