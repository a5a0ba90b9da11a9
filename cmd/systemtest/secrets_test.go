package systemtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// badge is a card of the test day, with what its holder knows.
type badge struct {
	format           string
	facility, number uint64
	pin, duress      string
	wrong            string
	stranger         uint64 // another card of the format, which nobody enrolled
	by               string // how it is enrolled: by a file, a command, or by what the reader sees
}

var badges = []badge{
	{"H10301", 118, 41201, "907163", "381650", "552804", 47777, "file"},
	{"H10306", 40118, 51201, "80271945", "19364820", "7730182", 60001, "command"},
	{"H10302", 0, 28_123_456_789, "643917", "5820476", "118364", 27_000_111_222, "file"},
	{"H10304", 50118, 412_019, "2907384", "90418273", "664410", 500_001, "command"},
	{"C1k35s", 3118, 912_017, "70519284", "330917", "818152", 1_000_003, "file"},
	{"C1k48s", 3_100_118, 7_912_017, "489013", "6127084", "29571360", 8_000_009, "learn"},
	{"RAW32", 0, 3_912_017_118, "9184025", "715038", "360192", 4_012_017_119, "learn"},
	{"RAW56", 0, 61_912_017_118_222, "508274", "86420917", "4471903", 70_912_017_118_333, "file"},
}

func (b badge) id() string { return "C-" + b.format }

func (b badge) text(number uint64) string {
	if b.facility == 0 {
		return fmt.Sprint(number)
	}
	return fmt.Sprintf("%d/%d", b.facility, number)
}

func (b badge) act(side string, number uint64) sim.Act {
	return sim.Act{Verb: "card", Door: door(b.format), Side: side, Format: b.format, Facility: b.facility, Card: number}
}

func door(format string) string { return strings.ToLower(format) }

// TestNoSecretsAnywhere plays a day with cards of every format, PINs right, wrong and under duress, enrolment, imports and
// mistakes, and then looks for all of it in whatever was stored, logged, published, printed or answered. Pitfall 27.
func TestNoSecretsAnywhere(t *testing.T) {
	addr := freeAddr(t)
	c := newCentral(t, "--listen", addr)
	var gates []gate
	for _, b := range badges {
		gates = append(gates, gate{door(b.format), b.format, "always"})
	}
	s := newSite(t, c.table("tcp://"+addr)+"publish_names = true\n", gates...)
	c.pin(s)
	c.start()
	heard := listen(t, addr)
	s.start()
	said := s.day(t)
	size := s.status().Entries
	await(t, "the central log has confirmed the day", 30*time.Second, func() bool { return c.confirmed() >= size })
	said = append(said, c.run("print", "--purpose", "test", "--account", "tester")...)
	said = append(said, s.kidoban("journal", "export", "--data", s.in("data"))...)
	said = append(said, s.kidoban("journal", "tail", "-n", "1000")...)

	scan := secrets(t, s, c)
	for range 2 { // with the WAL as it is in the middle of the day, and after a crash
		for _, dir := range []string{s.dir, c.dir} {
			files, octets := scan.tree(t, dir)
			if files < 4 || octets < 100<<10 {
				t.Errorf("only %d files of %d octets in %s", files, octets, dir)
			}
		}
		s.kill()
		c.kill()
	}
	messages := heard.take()
	for _, m := range messages {
		scan.scan(append([]byte(m.topic+"\n"), m.payload...), "MQTT")
	}
	scan.scan(said, "what was said")
	for _, h := range scan.hits {
		t.Error(h)
	}
	if len(messages) < int(size) || len(said) < 50<<10 {
		t.Errorf("only %d messages and %d octets said", len(messages), len(said))
	}
	whole(t, entries(t, s.in("data"), 0))
	scan.hits = nil
	for _, path := range []string{"keys/signing.key", "keys/card.key"} { // where they are, they are found
		scan.scan([]byte(readFile(t, s.in(path))), path)
	}
	if len(scan.hits) < 2 {
		t.Errorf("in the key directory only %v is found", scan.hits)
	}
}

// secrets looks for everything that the day's people hold and know, and for all keys.
func secrets(t *testing.T, s *site, c *central) *scanner {
	t.Helper()
	scan := newScanner()
	for _, b := range badges {
		scan.card(t, b.format, b.facility, b.number)
		scan.card(t, b.format, b.facility, b.stranger)
		for _, p := range []string{b.pin, b.duress, b.wrong} {
			scan.pin(p)
		}
	}
	for _, path := range []string{s.in("keys/signing.key"), c.dir + "/keys/central.key"} {
		scan.key(noteKey(t, path), path)
	}
	card, err := hex.DecodeString(strings.TrimSpace(readFile(t, s.in("keys/card.key"))))
	if err != nil {
		t.Fatal(err)
	}
	scan.key(card, "card.key")
	return scan
}

// noteKey takes the octets out of a signed note's key, without the one that names its kind.
func noteKey(t *testing.T, path string) []byte {
	t.Helper()
	parts := strings.Split(strings.TrimSpace(readFile(t, path)), "+")
	b, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+"))
	if err != nil || len(b) != 33 {
		t.Fatalf("%s: no key: %v", path, err)
	}
	return b[1:]
}

// day is the test day; it returns all that was said to people.
func (s *site) day(t *testing.T) []byte {
	t.Helper()
	var said bytes.Buffer
	tell := func(input string, args ...string) {
		out, err := run(nil, input, program("kidoban"), append([]string{"--socket", s.in("sock")}, args...)...)
		said.WriteString(out)
		if err != nil { // refusals too; without the arguments, which the one who typed them knows
			text := err.Error()
			said.WriteString(text[strings.Index(text, ": exit status"):])
		}
		said.WriteByte('\n')
	}
	file := "id,name,kind,section,card_id,format,facility,number\n"
	for i, b := range badges {
		if b.by == "file" {
			facility, number := "", fmt.Sprint(b.number)
			if b.facility > 0 {
				facility = fmt.Sprint(b.facility)
			}
			if strings.HasPrefix(b.format, "RAW") {
				number = fmt.Sprintf("%014X", b.number)
			}
			file += fmt.Sprintf("P-%d,n,職員,市民課,%s,%s,%s,%s\n", i, b.id(), b.format, facility, number)
		}
	}
	s.handIn(t, "people.csv", file, func(path string) { tell("", "import", path) })
	for i, b := range badges {
		if b.by != "file" {
			tell("", "person", "put", fmt.Sprintf("P-%d", i), "--name", "n")
			tell("", "member", "put", "civic-affairs", fmt.Sprintf("P-%d", i), "--from", "2020-04-01")
		}
		switch b.by {
		case "command":
			tell("", "card", "issue", b.id(), fmt.Sprintf("P-%d", i), b.format, b.text(b.number))
		case "learn":
			s.learn(b, fmt.Sprintf("P-%d", i))
		}
		tell(b.pin+"\n", "pin", "set", b.id())
		tell(b.duress+"\n", "pin", "set", b.id(), "--duress")
	}
	for _, b := range badges {
		s.visit(b)
		tell("", "why", b.format+":"+b.text(b.number), door(b.format))
		tell("", "why", b.format+":"+b.text(b.stranger), door(b.format))
		tell("", "card", "issue", "C-again", "P-0", b.format, b.text(b.number)) // a duplicate
		tell("", "card", "issue", "C-wrong", "nobody", b.format, b.text(b.stranger))
		tell("", "card", "issue", "C-big", "P-0", "H10301", b.text(b.stranger)) // too large for the format
		tell("", "sim", "card", "H10301:"+b.text(b.number))                     // on a door of another format
		tell(b.wrong+"x\n", "pin", "set", b.id())
		bad := fmt.Sprintf("id,name,kind,card_id,format,facility,number\nQ-1,q,職員,C-q,%s,%d,%d\nQ-1,q,職員,C-q,%s,,%dx\nQ-2,q,嘘,%d,%d,,\n",
			b.format, b.facility, b.number, b.format, b.number, b.number, b.number)
		s.handIn(t, "bad.csv", bad, func(path string) { tell("", "import", path) })
		s.handIn(t, "pin.csv", "id,name,kind,暗証番号\nQ-1,q,職員,"+b.pin+"\n", func(path string) { tell("", "import", path) })
	}
	tell("", "card", "lost", badges[0].id(), "--reason", "stolen")
	s.act(badges[0].act("", badges[0].number))
	for _, args := range [][]string{{"status"}, {"who"}, {"alarm", "list"}, {"card", "list"}, {"person", "list"}} {
		tell("", args...)
	}
	return said.Bytes()
}

// learn enrols a badge by what the reader sees. What that prints is for the one who asked, and holds the number.
func (s *site) learn(b badge, person string) {
	s.t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := run(nil, "", program("kidoban"), "--socket", s.in("sock"), "reader", "learn", door(b.format),
			"--enrol", b.id(), "--person", person, "--format", b.format)
		done <- err
	}()
	for {
		select {
		case err := <-done:
			if err != nil {
				s.t.Fatal(err)
			}
			return
		case <-time.After(50 * time.Millisecond):
			s.act(b.act("", b.number))
		}
	}
}

// handIn hands in a file that lies outside what is scanned.
func (s *site) handIn(t *testing.T, name, text string, use func(path string)) {
	t.Helper()
	o := &site{t: t, dir: t.TempDir()}
	o.write(name, text)
	use(o.in(name))
}

// visit is one holder's day: a wrong PIN, the right one, one under duress, a key too many, and a stranger's card.
func (s *site) visit(b badge) {
	s.t.Helper()
	in := func(keys string) {
		s.t.Helper()
		s.act(b.act("", b.number))
		s.act(sim.Act{Verb: "keys", Door: door(b.format), Keys: keys + "#"})
	}
	in(b.wrong)
	s.act(sim.Act{Verb: "keys", Door: door(b.format), Keys: b.wrong}) // without a card
	for _, pin := range []string{b.pin, b.duress} {
		in(pin)
		await(s.t.(*testing.T), "the strike of "+b.format+" moves", 5*time.Second, func() bool { return s.look(door(b.format)).Strike })
		s.act(sim.Act{Verb: "open", Door: door(b.format)})
		s.act(sim.Act{Verb: "close", Door: door(b.format)})
		await(s.t.(*testing.T), "the strike of "+b.format+" is at rest", 5*time.Second, func() bool { return !s.look(door(b.format)).Strike })
	}
	s.act(b.act("", b.stranger))
	s.act(b.act("exit", b.stranger))
	s.act(b.act("exit", b.number))
	s.act(sim.Act{Verb: "handle", Door: door(b.format)})
	s.act(sim.Act{Verb: "close", Door: door(b.format)})
	s.act(sim.Act{Verb: "misread", Door: door(b.format)})
}

// whole makes sure that the day was one: at each door a grant, a wrong PIN, a duress and a stranger.
func whole(t *testing.T, es []entry) {
	t.Helper()
	for _, b := range badges {
		for what, fits := range map[string]func(entry) bool{
			"a grant":    func(e entry) bool { return e.is(journal.AccessGranted) && e.Data.Credential == b.id() },
			"a refusal":  func(e entry) bool { return e.is(journal.AccessDenied) && e.Data.Reason == "pin_wrong" },
			"duress":     func(e entry) bool { return e.is(journal.AccessDuress) && e.Data.Credential == b.id() },
			"a stranger": func(e entry) bool { return e.is(journal.AccessDenied) && e.Data.Tag != "" },
		} {
			if find(es, func(e entry) bool { return e.Data.Door == door(b.format) && fits(e) }) == nil {
				t.Errorf("door %s: no %s", door(b.format), what)
			}
		}
	}
}
