package people_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device"
)

func hash(c device.Credential) access.Hash {
	mac := hmac.New(sha256.New, []byte("a key of tests"))
	mac.Write(c.AppendIdentity(nil))
	return access.Hash(mac.Sum(nil))
}

func TestDemo(t *testing.T) {
	imp, bad := people.Parse("demo.csv", people.Demo(), hash)
	for _, p := range bad {
		t.Error(p)
	}
	t.Log(imp.Warnings)
	roster, sum := imp.Merge(ledger.Roster{}, true)
	for _, p := range sum.Problems {
		t.Error(p)
	}
	if len(roster.People) != 12 || len(roster.Records.Credentials) != 13 || len(roster.Records.Incumbents) != 4 || len(roster.Records.Findings) != 1 {
		t.Errorf("%d people, %+v", len(roster.People), sum)
	}
}
