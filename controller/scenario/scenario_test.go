package scenario_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/scenario"
)

// ofPermits are the reasons that no card has by itself: they come with permits and escorts.
var ofPermits = map[access.Reason]bool{
	access.PurposeMissing: true, access.PostVacant: true,
}

// TestScenarios plays every day in testdata on the real controller and a real SQLite file, and finds every reason in them
// for which the door turns away.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios: ", err)
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	t.Run("day", func(t *testing.T) {
		for _, f := range files {
			t.Run(filepath.Base(f), func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				reasons := play(t, f, string(text))
				mu.Lock()
				defer mu.Unlock()
				for _, r := range reasons {
					seen[r] = true
				}
			})
		}
	})
	for r := access.Granted + 1; r <= access.PostVacant; r++ {
		if !ofPermits[r] && !seen[r.String()] {
			t.Errorf("no scenario refuses because of %s", r)
		}
	}
}

// play returns the reasons of access.denied.
func play(t *testing.T, file, text string) (reasons []string) {
	t.Helper()
	var out bytes.Buffer
	if err := scenario.Play(context.Background(), file, text, &out); err != nil {
		t.Fatal(err)
	}
	for _, l := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
		var e struct {
			Type string
			Data struct{ Reason string }
		}
		if err := json.Unmarshal(l, &e); err != nil {
			t.Errorf("not JSON: %s", l)
		}
		if e.Type == "kidoban.access.denied" {
			reasons = append(reasons, e.Data.Reason)
		}
	}
	return reasons
}

// What is not so, and what cannot be played, is an error that names its line.
func TestMistakesAreFound(t *testing.T) {
	const stage = "person aoki staff civic-affairs\ncard A1 of aoki 118/1\nstart 2026-04-01 09:00:00\n"
	for text, want := range map[string]string{
		stage + "badge A1\nexpect access.denied":              "day.txt:5: expect access.denied: not on record",
		stage + "badge A1\nexpect access.granted person=baba": "not on record",
		stage + "badge A1\nnever access.granted":              "is on record",
		stage + "badge A1\nstrike secured":                    "the strike is released",
		stage + "badge A1\nshows denied":                      "it shows granted",
		stage + "badge A1\ninside aoki":                       "inside: nobody",
		stage + "badge A1\nwait 1s\nexpect access.granted":    "not on record",
		stage + "open":                    "the door is locked",
		stage + "badge A7":                "no card A7",
		stage + "badge A1 cellar":         "no simulated door",
		stage + "keys 12x4#":              "key 3",
		stage + "dance":                   "cannot",
		stage + "lockdown":                "a lockdown has an end",
		stage + "acknowledge door.forced": "no alarm",
		stage + "lost B7":                 "no card B7",
		stage + "at 2026-03-31 09:00:00":  "that is past",
		stage + "expect \"access.granted": "quotation mark",
		"badge A1":                        "not known before the start",
		"start yesterday noon":            "a date and a time",
		"set fun 1s":                      "no tunable",
		"set release fast":                "invalid duration",
		"person aoki ghost":               "staff, contractor or other",
		"card A1 of aoki 118-1":           "FACILITY/NUMBER",
		"card A1 of nobody 118/1\nstart 2026-04-01 09:00:00": "nobody",
		"pin A1 1234":                             "no card A1",
		"hours x someday 10:00-11:00":             "days are",
		"hours x mon 10-11":                       "hours are",
		"config nowhere.toml":                     "nowhere.toml",
		"member aoki civic-affairs from tomorrow": "no date",
	} {
		err := scenario.Play(context.Background(), "day.txt", text, nil)
		var at *scenario.Error
		if !errors.As(err, &at) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text[strings.LastIndex(text, "\n")+1:], err, want)
		}
	}
}

// The manual's own example plays.
func TestManual(t *testing.T) {
	_, rest, found := strings.Cut(scenario.Manual(), "```\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("no example in the manual")
	}
	if reasons := play(t, "README.md", example); len(reasons) != 1 {
		t.Errorf("refusals in the example: %v", reasons)
	}
}
