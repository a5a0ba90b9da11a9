package words_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/console/words"
	"kidoban/controller/journal"
	"kidoban/controller/scenario"
)

// TestDays plays the days of controller/scenario on the real controller and reads its record in Japanese: no word of ours is
// left in English, and whatever is named by an id is named.
func TestDays(t *testing.T) {
	days := []string{
		"permits", "escort-left", "alarms", "wires", "emergency-visitors", "forgotten-card", "orders", "pin", "record-before-release",
		"refused", "terminal-visitors", "transfer", "visitors-card",
	}
	if testing.Short() {
		days = days[:4]
	}
	for _, day := range days {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			f := filepath.Join("../../scenario/testdata", day+".txt")
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := scenario.Play(t.Context(), f, string(text), &out); err != nil {
				t.Fatal(err)
			}
			for _, payload := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
				readInJapanese(t, payload)
			}
		})
	}
}

var ids = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9+/=_.-]*`)

func readInJapanese(t *testing.T, payload []byte) {
	e, err := journal.Parse(payload)
	if err != nil {
		t.Fatalf("%v: %s", err, payload)
	}
	line := words.Entry(access.Japanese, e, func(string) string { return "木戸 番" })
	t.Logf("%s %-28s %s %s", words.Stamp(line.At), e.Entry.Type, line.Severity.Sign, whole(line))
	said := line.What
	d := e.Entry.Data
	if e.Entry.Type == journal.SystemStarted {
		d.Digest = d.Detail // the version
	}
	for _, x := range line.About {
		if x.Value != d.Digest && x.Value != d.Tag && x.Value != d.Alarm {
			said += " " + x.Name + " " + x.Value
		}
	}
	for _, id := range []string{d.Permit, d.Visit, d.Credential, d.Grant, d.Proposal, d.Document, d.Incident, d.Journal, d.Succeeds, d.Ranges} {
		if id != "" {
			said = strings.ReplaceAll(said, id, "")
		}
	}
	for _, w := range ids.FindAllString(said, -1) {
		if english.MatchString(w) && !borrowed.MatchString(w) {
			t.Errorf("%q is not Japanese: %s", w, whole(line))
		}
	}
}
