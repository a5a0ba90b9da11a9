package article20_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A fault is a few words of the controller's rules put otherwise.
type fault struct {
	what      string
	file      string
	old, anew string
}

var faults = []fault{
	{"a visitor is taken for another visitor's escort", "escort.go", "	st := &g.stands[device.Entry]\n	switch {\n	case !s.site.Visits.VisitorFirst",
		"	st := &g.stands[device.Entry]\n	if st.party.active() && st.party.members[0].Person != m.Person {\n" +
			"		s.wait(waiting{gate: g, dir: device.Entry, grants: []grant{s.grant(g, m, st.party.members[0].Person, at)}})\n		return\n	}\n" +
			"	switch {\n	case !s.site.Visits.VisitorFirst"},
	{"whoever is inside attends the visitors there", "escort.go", "s.standing(g, o.Person) && !s.isVisitor(zone, o.Person)", "!s.isVisitor(zone, o.Person)"},
	{"an escort may bring visitors whose own right has just ended", "escort.go",
		"st.escort.until > s.now.Mono && s.standing(g, st.escort.person)", "st.escort.until > s.now.Mono"},
	{"a permit serves at the instant at which it ends", "access/permits.go", "!p.Until.IsZero() && !at.Before(p.Until):\n		return PermitExpired",
		"!p.Until.IsZero() && at.After(p.Until):\n		return PermitExpired"},
	{"a permit serves before it is decided", "access/permits.go",
		"p.State != Permitted && p.State != PermittedOrally, p.Decided.IsZero(), at.Before(p.Decided):", "p.State == NotPermitted:"},
	{"a permit that was withdrawn serves", "access/permits.go", "	case p.State == Withdrawn:\n		return PermitRevoked\n	case p.State != Permitted &&",
		"	case p.State != Withdrawn && p.State != Permitted &&"},
	{"one entry too many", "access/permits.go", "p.Holders[h].Used >= p.Entries", "p.Holders[h].Used > p.Entries"},
	{"one name on the day too many", "permit.go", "len(row.Holders) >= row.Most", "len(row.Holders) > row.Most"},
	{"a permit is believed while the clock is not", "access/permits.go", "reason == Granted && !i.q.At.Trusted:", "false:"},
	{"the head of the West branch decides", "duty.go", "add(account.SecurityOfficer, post == officer)",
		"add(account.SecurityOfficer, post == officer || post == access.WestBranchHead)"},
	{"the officer of yesterday decides", "duty.go", "	for _, post := range s.officers() {\n		if s.roster.Holds(a.Person, post, at) {",
		"	for _, post := range s.officers() {\n		if s.roster.Holds(a.Person, post, at.AddDate(0, 0, -1)) {"},
	{"a right begins and ends at midnight in Greenwich", "access/standing.go", "	best := \"\"\n", "	best := \"\"\n	t -= jstOffset\n"},
	{"a contractor belongs to the section", "access/standing.go", "p.kind != Staff", "p.kind == Other"},
	{"whoever was once designated consents", "access/duty.go", "&& x.contains(t)", "&& x.from <= t"},
	{"whoever is of paragraph 1 consents", "consent.go", "s.roster.HasDuty(who, access.DutyConsent, zone, at))",
		"s.roster.HasDuty(who, access.DutyConsent, zone, at) || s.standing(s.gateOf(zone), who))"},
	{"visitors consent to their own leaving", "consent.go", "g.consent.person == v.Person || ", ""},
	{"a consent never ends", "consent.go", "since >= 0 && since <= s.site.Visits.ConsentFor", "since >= 0"},
	{"a consent's time is the wall clock's", "consent.go", "		since = s.now.Mono - at\n", "		_ = at\n"},
	{"a consent that has ended forbids a badge", "consent.go", "	if g == nil ||", "	if v.Consent.State == ledger.Consented {\n		return false\n	}\n	if g == nil ||"},
	{"leaving without consent is no alert", "visit.go", "	if !consented {\n", "	if false && !consented {\n"},
	{"showing twice is two entries", "facts.go", "	case !entered:\n", "	default:\n		_ = entered\n"},
	{"an oral permission is of whoever holds the post when it is written down", "permit.go",
		"s.roster.Incumbent(officerOf(s.place(zone)), spoken)", "s.roster.Incumbent(officerOf(s.place(zone)), s.dated())"},
	{"one who waits as a visitor and is of paragraph 1 by now is nobody", "enter.go", "own := d.Reason == access.Granted", "own := false"},
	{"a visitor enters on the permit of when they began to wait", "enter.go", "	m.Permit = d.Permit\n", ""},
}

// TestFaults plants each fault in a copy of the rules and lets sequences find it: ARTICLE20_FAULTS=1, or make model. It
// says how many sequences that took.
func TestFaults(t *testing.T) {
	if os.Getenv("ARTICLE20_FAULTS") == "" {
		t.Skip("ARTICLE20_FAULTS=1 plants them: each takes a build")
	}
	for i, f := range faults {
		sequence, said := f.hunt(t, i)
		if sequence == 0 {
			t.Errorf("nobody noticed: %s\n%s", f.what, said)
			continue
		}
		fmt.Printf("noticed in sequence %d: %s\n", sequence, f.what)
	}
}

var failedAfter = regexp.MustCompile(`failed after (\d+) tests`)

// hunt reports in which of their sequences one of two hands has found it first, or what the test has said.
func (f *fault) hunt(t *testing.T, n int) (sequence int, said string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", f.file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), f.old) != 1 {
		t.Fatalf("%s has not once %q: %v", f.file, f.old, err)
	}
	dir := t.TempDir()
	planted := filepath.Join(dir, fmt.Sprintf("%d.go", n))
	overlay := filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {file: planted}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{planted: []byte(strings.Replace(string(text), f.old, f.anew, 1)), overlay: list} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-count=1", "-overlay", overlay, "-run", "^TestArticle20$", "-rapid.nofailfile", "-rapid.shrinktime=0s", ".")
	cmd.Env = append(os.Environ(), "ARTICLE20=20000", "ARTICLE20_FAULTS=")
	out, err := cmd.CombinedOutput()
	var passed []int
	for _, m := range failedAfter.FindAllStringSubmatch(string(out), -1) {
		n, _ := strconv.Atoi(m[1])
		passed = append(passed, n)
	}
	if err == nil || len(passed) == 0 {
		return 0, string(out)
	}
	return slices.Min(passed) + 1, ""
}
