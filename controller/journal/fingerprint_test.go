package journal_test

import (
	"strings"
	"testing"

	"kidoban/controller/journal"
)

func TestFingerprint(t *testing.T) {
	key := "kidoban/maizuru/main-ctl+5f3a91c0+AZ0="
	print := journal.Fingerprint(key)
	if len(print) != 64+15 || journal.Fingerprint(key+"\n") != print {
		t.Errorf("%q", print)
	}
	for typed, want := range map[string]bool{
		print: true, strings.ToUpper(print): true, strings.ReplaceAll(print, " ", ""): true, print[:39]: true,
		strings.ReplaceAll(print, " ", ":"): true, print[:38]: false, "": false, print + " 0": false, "x" + print: false,
		journal.Fingerprint(key + "x"): false,
	} {
		if journal.FingerprintOf(key, typed) != want {
			t.Errorf("%q: %v", typed, !want)
		}
	}
}
