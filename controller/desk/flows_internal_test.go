package desk

import "testing"

// However many sign-ins by passkey strangers begin, whoever has shown a password goes on.
func TestStrangersEndNoOthersFlow(t *testing.T) {
	var f flows
	code := f.begin(flow{purpose: toEnterCode, account: "kacho"}, 0, flowFor)
	for range 3 * flowsMost {
		f.begin(flow{purpose: toUsePasskey}, 1, flowFor)
	}
	if len(f.open) != flowsMost+1 {
		t.Errorf("%d flows are kept", len(f.open))
	}
	if x, open := f.take(code, toEnterCode, 0, 2); !open || x.account != "kacho" {
		t.Error("the flow of who has shown a password is gone")
	}
}
