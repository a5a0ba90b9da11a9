package words_test

import (
	"slices"
	"strings"
	"testing"

	"kidoban/controller/console/words"
)

// shown are the packages whose sentences a page may show.
var shown = []string{
	".", "desk", "account", "access", "cards", "people", "retention", "alarm", "bundle", "bundle/inbox", "evidence", "health",
	"../config/source", "../device/wiegand", "../device/sim", "../device/panel",
}

// also are packages of whose sentences only some come to a page: as the detail of an entry.
var also = []string{"outbox", "backup"}

// unshown are sentences that nobody reads on a page, by file or "file: how they begin".
var unshown = []string{
	// in both languages where they stand
	"access/explain.go", "access/sentence.go", "access/sentences.go", "retention/class.go", "retention/plan.go",
	"retention/disposal.go", "evidence/index.go", "account/matrix.go",
	// when a program starts or stops, for the system's log
	"run.go: record the end", "desk/desk.go: listen on", "desk/desk.go: another daemon", "desk/desk.go: socket.group",
	"../device/panel/board.go: door %s", "../device/panel/panel.go", "../device/panel/periph.go", "../device/panel/plan.go",
	"../device/panel/secure.go", "../device/panel/selftest.go", "../device/panel/stdin.go", "../device/panel/output.go: for %v",
	"../device/panel/output.go: it has no", "../device/panel/output.go: the panel does", "../device/panel/output.go: release door",
	"../device/panel/output.go: secure door", "../device/panel/output.go: run the panel", "../device/wiegand/assembler.go",
	"../device/wiegand/reader.go",
	// for the command line
	"evidence/verify.go", "bundle/enrol.go", "bundle/note.go", "bundle/content.go: encode", "../device/wiegand/learn.go: facility=", "../device/sim/act.go: reader %s",
	// what is wrong inside a roster from the office: for who made it
	"bundle/content.go: %w", "bundle/lost.go: %w", "bundle/manifest.go: %w", "bundle/permit.go: %w", "bundle/row.go: %w",
	"bundle/inbox/take.go: another change", "bundle/inbox/take.go: its time",
	// never shown as they are
	"account/password.go: this is no argon2id", "desk/passkey.go: kidoban %s", "desk/second.go: kidoban %s", "retention/parse.go: not three",
}

// joined are sentences that several places of the source make together.
var joined = []string{"%s: %s: %s", "%s %s: %s; %s", "%s:%d:%d: %s", "%s: %s", " on", "1 %s", "%d %ss"}

// TestEverySentence: whatever the daemon may say on a page is in the catalogue, and nothing else is.
func TestEverySentence(t *testing.T) {
	catalogue, found := map[string]bool{}, map[string]bool{}
	for _, s := range words.Catalogue() {
		catalogue[plain(s)] = true
	}
	for _, dir := range shown {
		for _, s := range sentences(t, dir) {
			found[plain(s.text)] = true
			if !catalogue[plain(s.text)] && !words.Termed(s.text) && !unread(s) {
				t.Errorf("%s:%d says what the pages cannot: %q", s.file, s.line, s.text)
			}
		}
	}
	for _, dir := range also {
		for _, s := range sentences(t, dir) {
			found[plain(s.text)] = true
		}
	}
	for _, s := range words.Catalogue() {
		if !found[plain(s)] && !slices.Contains(joined, s) {
			t.Errorf("nothing says this any more: %q", s)
		}
	}
	t.Logf("%d sentences in the catalogue, %d in the source", len(words.Catalogue()), len(found))
}

func unread(s sentence) bool {
	return slices.ContainsFunc(unshown, func(u string) bool {
		file, begins, one := strings.Cut(u, ": ")
		return s.file == file && (!one || strings.HasPrefix(s.text, begins))
	})
}
