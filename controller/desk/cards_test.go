package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/desk"
)

// atCounter are those at the counter of the civic affairs section: chiba sits at it, and is the clerk.
const atCounter = `id,name,kind,section,duty,duty_zone,duty_from,card_id,format,facility,number
aoki,青木 一,職員,市民課,,,,A-1,H10301,118,201
baba,馬場 二,職員,市民課,,,,B-1,H10301,118,202
chiba,千葉 三,職員,市民課,入退室事務担当,room,R2.4.1,C-1,H10301,118,203
stock,予備カード,その他,,,,,S-1,H10301,118,901
stock,,,,,,,S-2,H10301,118,902
`

func atTheCounter(t *testing.T) *office {
	return openWith(t, func(c *config.Config) { c.Accounts[0].Person = "chiba" }, []byte(atCounter), "operate", "roster")
}

func TestCardsAreLentAtTheDesk(t *testing.T) {
	o := atTheCounter(t)
	var l cards.Lending
	lend := desk.Lend{Card: "S-1", Person: "aoki", Second: "baba", Purpose: "自宅に忘れた"}
	if err := o.client.Post(t.Context(), "card/temporary", lend, &l); err != nil {
		t.Fatal(err)
	}
	if l.Card != "S-1" || l.Name != "青木 一" || fmt.Sprint(l.Blocked) != "[A-1]" || !l.Until.Equal(cards.Midnight(l.Lent)) {
		t.Errorf("lent: %+v", l)
	}
	var out []cards.Lending
	if err := o.client.Get(t.Context(), "cards/out", nil, &out); err != nil || len(out) != 1 || out[0].ID != l.ID {
		t.Errorf("out: %v %+v", err, out)
	}
	o.refused("S-1 is lent to aoki and not back", "card/temporary", lend)
	o.refused("chiba cannot be both persons", "card/temporary", desk.Lend{Card: "S-2", Person: "baba", Second: "chiba"})
	o.refused("needs no permit", "card/temporary", desk.Lend{Card: "S-2", Person: "aoki", Second: "chiba", Permit: "2026-0001"})
	o.refused("on a permit", "card/lend", desk.Lend{Card: "S-2", Person: "aoki"})
	o.refused("no such permit", "card/lend", desk.Lend{Card: "S-2", Person: "baba", Permit: "2026-0001"})
	o.refused("name the card and who takes it", "card/temporary", desk.Lend{Person: "aoki"})
	o.refused("card is an id", "card/return", desk.Return{Card: "a card"})
	var n cards.Count
	if err := o.client.Post(t.Context(), "card/count", desk.Stocktake{Found: []access.CredentialID{"S-1", "S-2"}}, &n); err != nil ||
		n.Expected != 1 || n.Found != 2 || len(n.Differences) != 1 || n.Differences[0].Why != cards.CountLent {
		t.Errorf("counted: %v %+v", err, n)
	}
	if err := o.client.Post(t.Context(), "card/return", desk.Return{Card: "S-1"}, nil); err != nil {
		t.Fatal(err)
	}
	o.refused("card S-1 is not lent", "card/return", desk.Return{Card: "S-1"})
}

func TestCardLedgersAreLookedAtForAPurpose(t *testing.T) {
	o := atTheCounter(t)
	if err := o.client.Post(t.Context(), "card/temporary", desk.Lend{Card: "S-2", Person: "aoki", Second: "baba"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := o.client.Post(t.Context(), "card/return", desk.Return{Card: "S-2"}, nil); err != nil {
		t.Fatal(err)
	}
	o.refused("say what you look at the ledger for", "card/ledger", desk.CardLedger{Ledger: "staff"})
	o.refused("two card ledgers", "card/ledger", desk.CardLedger{Ledger: "keys", Purpose: "点検"})
	var staff, visitors []cards.Lending
	for ledger, to := range map[string]*[]cards.Lending{"staff": &staff, "visitors": &visitors} {
		if err := o.client.Post(t.Context(), "card/ledger", desk.CardLedger{Ledger: ledger, Purpose: "点検"}, to); err != nil {
			t.Fatal(err)
		}
	}
	if len(visitors) != 0 || visitors == nil {
		t.Errorf("visitors: %+v", visitors)
	}
	last := staff[len(staff)-1]
	if last.Card != "S-2" || last.End != cards.Returned || last.By.Name != "千葉 三" || last.Second.Name != "馬場 二" || last.EndedBy.Person != "chiba" {
		t.Errorf("staff: %+v", last)
	}
	if log := o.journal(); !strings.Contains(log, `"mode":"cards_staff"`) || strings.Contains(log, "点検") {
		t.Errorf("the look is on record without its words:\n%s", log)
	}
}
