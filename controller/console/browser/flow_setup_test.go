package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// asked are what somebody at the door does when the page of a point asks for it, in order; "-" is the controller itself.
var asked = map[string][]sim.Act{
	"room.contact": {{Verb: "handle"}, {Verb: "close"}}, "room.exit-button": {{Verb: "exit"}},
	"room.reader.entry": {consoletest.Card(1999, "entry")}, "room.reader.exit": {consoletest.Card(1999, "exit")},
	"room.keypad.entry": {{Verb: "keys", Keys: "1"}}, "room.tamper": {{Verb: "tamper"}, {Verb: "untamper"}},
	"controller.tamper": {{Verb: "tamper", Door: "-"}, {Verb: "untamper", Door: "-"}},
	"controller.fire":   {{Verb: "fire", Door: "-"}, {Verb: "fire-clear", Door: "-"}},
	"controller.mains":  {{Verb: "mains-fail", Door: "-"}, {Verb: "mains-back", Door: "-"}},
}

func (s *stage) asked(acts ...sim.Act) {
	s.Helper()
	for _, a := range acts {
		if a.Door != "-" {
			s.Act(a)
		} else if err := s.Panel.Act(sim.Act{Verb: a.Verb}); err != nil {
			s.Fatal(err)
		}
	}
}

const passing = `button[name="result"][value="passed"]`

// points are the addresses of all points, in the order in which one goes round.
func (b *tab) points() (ids []string) {
	b.Helper()
	said := value[string](b.get("/setup"), `JSON.stringify([...document.querySelectorAll('main table a[href^="/setup/point"]')].map((a) => new URL(a.href).searchParams.get("id")))`)
	if err := json.Unmarshal([]byte(said), &ids); err != nil || len(ids) == 0 {
		b.Fatalf("no points: %v, %s", err, said)
	}
	return ids
}

// first signs in with the code that the installer was given at the machine; wrong ones are refused.
func (s *stage) first() *tab {
	s.Helper()
	var code desk.Setup
	if err := s.Desk.Post(context.Background(), "setup/begin", struct{}{}, &code); err != nil {
		s.Fatal(err)
	}
	b := s.out().get("/").follow(`main a[href="/sign-in/setup"]`).looks("setup-code")
	enter := func(text string) { b.fill(`#code`, text).follow(`main form[action="/sign-in/setup"] button.main`) }
	enter("0000-0000-0000")
	b.looks("setup-code-wrong").patient(`location.pathname === "/setup"`, func() { enter(strings.ToLower(string(code.Code))) })
	return b
}

// A site that nobody has set up: from the code of the machine, by way of every point of the wiring, to the printed record.
func TestSetupFlow(t *testing.T) {
	playAt(t, func(t testing.TB) *consoletest.Site { return consoletest.OpenEmpty(t) }, func(s *stage) {
		b := s.first().looks("setup-empty")
		b.follow(`main a[href="/people/import"]`)
		b.says(b.in("取り込む", "mport")).get("/setup").follow(`main a[href="/accounts/add"]`)
		b.fill(`#person`, "0102").fill(`#account`, "hashimoto").follow(`main form[action="/accounts/add"] button.main`)
		b.looks("setup-nobody") // the roster comes first
		ids := b.points()
		for _, id := range ids {
			s.check(b, id)
		}
		b.get("/setup").looks("setup-checked").says(fmt.Sprintf(b.in("%dか所中%[1]dか所が完了", "%d of %[1]d done"), len(ids)))
		if n := s.Told(journal.ConfigChecked); n != 2*len(ids)+2 {
			b.Errorf("%d entries of the check of %d points", n, len(ids))
		}
		b.click(`main form[action="/setup/print"] button`)
		s.Eventually("the record of acceptance is printed", func() bool { return s.Told(journal.AccountPrinted) == 1 })
	})
}

// check goes through one point, which is the next that the page leads to.
func (s *stage) check(b *tab, id string) {
	s.Helper()
	b.get("/setup").follow(`main a.main[href="/setup/point?id=` + id + `"]`)
	kind := strings.ReplaceAll(id, ".", "-")
	b.follow(`main form[action="/setup/begin"] button`).looks("setup-" + kind)
	if strings.HasSuffix(id, ".strike") || strings.HasSuffix(id, ".siren") || strings.HasSuffix(id, ".alarm-lamp") {
		if value[bool](b, `!!document.querySelector('`+passing+`')`) {
			b.Errorf("%s may be passed before it was driven", id)
		}
		b.follow(`main form:is([action="/setup/release"], [action="/setup/try"]) button`)
	}
	for _, a := range asked[id] { // one thing at a time: the page follows
		s.asked(a)
	}
	b.until(id+" may be passed", `!!document.querySelector('`+passing+`')`)
	b.looks("setup-" + kind + "-seen").follow(passing)
	b.says(b.in("結果を記録しました", "The result is on record"))
}

// What is wrong at a point is seen live; it is not passed, and begun anew; the system manager, who releases no door, passes the
// strike when somebody else has it moved; what is skipped says why, and the officer reads it.
func TestSetupTroubleFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("manager")
		begin := func(id string) {
			b.get("/setup/point?id=" + id).follow(`main form[action="/setup/begin"] button`)
		}
		wrong := func(name, ja, en string) {
			b.until(name+" is said", fmt.Sprintf(`document.querySelector("main .note.fault")?.innerText.includes(%q)`, b.in(ja, en)))
			if b.looks("setup-" + name); value[bool](b, `!!document.querySelector('`+passing+`')`) {
				b.Errorf("%s may be passed", name)
			}
		}
		begin("room.reader.entry")
		s.Act(consoletest.Card(1999, "exit"))
		wrong("elsewhere", "別の箇所が反応しました", "Another point answered")
		begin("room.tamper")
		s.Act(sim.Act{Verb: "untamper"})
		wrong("inverted", "逆の信号を先に検出しました", "The opposite came first")
		b.follow(`main form[action="/setup/begin"] button`)
		s.asked(asked["room.tamper"]...)
		b.until("begun anew it may be passed", `!!document.querySelector('`+passing+`')`)
		b.follow(passing)

		begin("room.strike")
		b.looks("setup-strike-manager").says(b.in("扉を解錠できません", "do not let you release")).hides(`action="/setup/release"`, passing)
		s.Act(sim.Act{Verb: "exit"})
		b.until("the strike was moved by the exit button", `!!document.querySelector('`+passing+`')`)
		b.follow(passing)

		begin("controller.fire")
		b.follow(`main a[href="/setup/not?id=controller.fire"]`).looks("setup-not")
		b.fill(`#reason`, b.in("火災受信機は後日接続する", "connected later")).follow(`main button[value="skipped"]`)
		begin("room.contact")
		o := s.as("officer").get("/setup").looks("setup-skipped").says(b.in("火災受信機は後日接続する", "connected later"), "東 健太郎")
		o.get("/setup/point?id=room.siren").looks("setup-busy").says("manager")
		b.get("/setup/not?id=room.contact").fill(`#reason`, b.in("線が切れている", "the wire is cut")).follow(`main button[value="failed"]`)
		b.looks("setup-failed").says(b.in("線が切れている", "the wire is cut"))
	})
}
