package clerk_test

import (
	"strings"
	"testing"

	"kidoban/cmd/clerk"
)

// Names of every width stand under each other, and nothing in them reaches the terminal as an order.
func TestTableAlignsNames(t *testing.T) {
	var tab clerk.Table
	tab.Add("氏名", "所属")
	names := []string{"𠮷田 直樹", "髙橋 由紀", "山﨑 太", "葛\U000e0100城 花", "ﾔﾏﾀﾞ", "John Smith", "か\u3099", ""}
	for _, n := range names {
		tab.Add(n, "|")
	}
	var out strings.Builder
	if err := tab.Write(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	want := clerk.Columns("John Smith") + 2
	for i, l := range lines[1:] {
		before, _, found := strings.Cut(l, "|")
		if !found || clerk.Columns(before) != want {
			t.Errorf("%q takes %d columns, want %d: %q", names[i], clerk.Columns(before), want, l)
		}
	}
	if lines[8] != "-           |" {
		t.Errorf("nothing is %q", lines[8])
	}
}

func TestColumns(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "𠮷": 2, "髙": 2, "﨑": 2, "葛\U000e0100": 2, "ﾔ": 1, "ア": 2, "か\u3099": 2, "\uff08": 2, "(": 1, "①": 1} {
		if got := clerk.Columns(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{"\x1b[2J山": "\ufffd[2J山", "a\nb": "a\ufffdb", "\u202eabc": "\ufffdabc", "": "-", "葛\U000e0100": "葛\U000e0100"} {
		if got := clerk.Plain(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
