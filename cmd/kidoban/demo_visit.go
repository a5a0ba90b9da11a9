package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
	"kidoban/device/sim"
)

// The persons of the demonstration who have an account, by its name.
var actors = []struct {
	name   string
	person access.PersonID
}{{"clerk", "0201"}, {"west", "0104"}, {"officer", "0102"}, {"manager", "0103"}}

// enrol gives the actors accounts with passwords of their own, kept in the demonstration's folder, and signs them in.
func (d *demo) enrol(ctx context.Context) error {
	d.as = map[string]*desk.Client{}
	var kept strings.Builder
	for _, a := range actors {
		first, own := desk.Password(rand.Text()), desk.Password(rand.Text())
		if err := d.client.Post(ctx, "account", desk.Account{Name: a.name, Person: a.person, Password: first}, nil); err != nil {
			return err
		}
		if err := d.signIn(ctx, a.name, first); err != nil {
			return err
		}
		if err := d.as[a.name].Post(ctx, "account/password", desk.NewPassword{Old: first, New: own}, nil); err != nil {
			return err
		}
		if err := d.signIn(ctx, a.name, own); err != nil {
			return err
		}
		fmt.Fprintf(&kept, "%s %s\n", a.name, string(own))
		d.around.act(a.name, own)
	}
	return os.WriteFile(d.in("passwords"), []byte(kept.String()), 0o600)
}

func (d *demo) signIn(ctx context.Context, name string, p desk.Password) error {
	var in desk.SignedIn
	if err := d.client.Post(ctx, "sign-in", desk.SignIn{Name: name, Password: p}, &in); err != nil {
		return fmt.Errorf("sign in %s: %w", name, err)
	}
	d.as[name] = d.client.As(in.Token)
	return nil
}

// visitors is a visitor's morning: asked for, decided, refused without an escort, in with one, left alone, out without
// consent, followed up, and the lines of the register that come of it.
func (d *demo) visitors(ctx context.Context) error {
	var id access.PermitID
	var lines []string
	for _, s := range []struct {
		say string
		do  func() error
	}{
		{"The clerk asks for a permit for two people of a vendor (入室許可を申請する, Article 20(2)).", func() error { return d.request(ctx, &id) }},
		{"The West branch head decides on it: that is not for that post.", func() error {
			return d.refused(ctx, "west", "permit/decide", desk.Decide{ID: id, Grant: true})
		}},
		{"The head of the civic affairs section (市民課長) permits it, before the entry.", func() error {
			return d.give(ctx, "officer", "permit/decide", desk.Decide{ID: id, Grant: true})
		}},
		{"A visitor shows a card, nobody of Article 20(1) attends: after ten seconds the door is still locked (Article 20(3)).", func() error {
			return errors.Join(d.acts(ctx, d.card(1901, "")), pause(ctx, 10*time.Second))
		}},
		{"Again, with the colleague who has no card and is chosen by name; now the clerk attends: one badge for both.", func() error {
			return d.enter(ctx, id)
		}},
		{"The clerk leaves; the visitors are alone: an alert within a second.", func() error {
			return errors.Join(d.acts(ctx, d.card(1201, "exit"), sim.Act{Verb: "handle"}, sim.Act{Verb: "close"}), d.open(ctx, &lines))
		}},
		{"One leaves with the officer's consent, given before (退室を承諾する, Article 20(4)) …", func() error {
			return errors.Join(d.give(ctx, "officer", "visit/consent", desk.Consent{Visits: lines[:1]}),
				d.give(ctx, "clerk", "visit/leave", desk.Leave{Visits: lines[:1]}),
				d.acts(ctx, sim.Act{Verb: "exit"}, sim.Act{Verb: "handle"}, sim.Act{Verb: "close"}))
		}},
		{"… the other without: the door opens all the same, and the line waits for a follow-up.", func() error {
			return d.acts(ctx, d.card(1901, "exit"), sim.Act{Verb: "handle"}, sim.Act{Verb: "close"})
		}},
		{"The officer follows it up in writing. It keeps its own time, and never becomes a consent in time (事後承諾).", func() error {
			return d.give(ctx, "officer", "visit/consent", desk.Consent{Visits: lines[1:], Text: "立会者と本人から聴取し、持出しのないことを確認した"})
		}},
		{"The lines of the register (入退室管理簿); that somebody looked, and what for, is an entry too.", func() error { return d.register(ctx) }},
		{"The same as the form, for the officer's seal (入退室管理簿): PDF, numbered, and on record as a print.", func() error { return d.form(ctx) }},
	} {
		fmt.Fprintf(d.out, "\n--- %s\n", s.say)
		if err := s.do(); err != nil {
			return err
		}
		if err := pause(ctx, 400*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) give(ctx context.Context, who, what string, order any) error {
	return d.as[who].Post(ctx, what, order, nil)
}

// refused gives an order that must not be carried out, and shows what is said.
func (d *demo) refused(ctx context.Context, who, what string, order any) error {
	err := d.give(ctx, who, what, order)
	if err == nil {
		return fmt.Errorf("%s may do %s, and may not", who, what)
	}
	fmt.Fprintln(d.out, "refused:", err)
	return nil
}

func (d *demo) request(ctx context.Context, id *access.PermitID) error {
	now := time.Now().In(jst)
	p := desk.Permit{From: now, Text: ledger.PermitText{
		Organisation: "㈱架空システム保守", Purpose: "サーバ定期点検", CarryIn: "ノートPC 1台", EscortPlan: "市民課 髙橋",
		Visitors: []ledger.Visitor{{Name: "山﨑 𠮷男", Reading: "やまさき よしお", Class: "contractor"}, {Person: "K-001"}},
	}}
	if err := d.as["clerk"].Post(ctx, "permit/request", p, id); err != nil {
		return err
	}
	var rows []ledger.Permit
	if err := d.as["clerk"].Get(ctx, "permits", map[string][]string{"id": {string(*id)}}, &rows); err != nil {
		return err
	}
	return d.tool.permitTable(d.out, rows, now)
}

// enter lets both in: one by name, one by card, and the escort's badge for both.
func (d *demo) enter(ctx context.Context, id access.PermitID) error {
	var rows []ledger.Permit
	if err := d.as["clerk"].Get(ctx, "permits", map[string][]string{"id": {string(id)}}, &rows); err != nil {
		return err
	}
	named := desk.Announce{Permit: id, Persons: []access.PersonID{rows[0].Holders[0].Person}, Identity: "運転免許証", Badge: "7"}
	if err := d.give(ctx, "clerk", "visit/announce", named); err != nil {
		return err
	}
	return d.acts(ctx, d.card(1901, ""), d.card(1201, ""), sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
}

// open finds the lines of the visitors, the one without a card first.
func (d *demo) open(ctx context.Context, lines *[]string) error {
	var rows []ledger.Visit
	if err := d.as["clerk"].Get(ctx, "visits", nil, &rows); err != nil {
		return err
	}
	*lines = nil
	for _, v := range rows {
		switch {
		case !v.Visitor() || !v.Inside():
		case v.Person == "K-001":
			*lines = append(*lines, v.ID)
		default:
			*lines = append([]string{v.ID}, *lines...)
		}
	}
	if len(*lines) != 2 {
		return fmt.Errorf("%d visitors are inside, not two", len(*lines))
	}
	return nil
}

func (d *demo) register(ctx context.Context) error {
	now := time.Now()
	rows, err := found(ctx, d.as["officer"], desk.Search{
		What: "day", From: now.Add(-time.Hour), Until: now.Add(time.Hour), Purpose: "demonstration",
	})
	if err != nil {
		return err
	}
	if err := d.tool.registerTable(d.out, rows); err != nil {
		return err
	}
	fmt.Fprintln(d.out)
	for i := range rows {
		if rows[i].Person == "K-001" {
			return d.tool.blocks(d.out, rows[i:i+1])
		}
	}
	return errors.New("the register has no line of the visitor")
}

// form prints the month's register.
func (d *demo) form(ctx context.Context) error {
	var sheet desk.Sheet
	q := desk.Print{Form: "register", Month: time.Now().In(jst).Format("2006-01"), Lang: "ja", Purpose: "demonstration"}
	if err := d.as["officer"].Post(ctx, "print", q, &sheet); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "print %s: %s\n", sheet.ID, d.in("register.pdf"))
	return os.WriteFile(d.in("register.pdf"), sheet.File, 0o600)
}
