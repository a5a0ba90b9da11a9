package shelf_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/identity"
	"kidoban/controller/journal"
)

func TestCertificates(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		ctx := context.Background()
		s, err := shelf.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		o, at := central(t), opening.Wall
		entry := func(typ journal.Type) journal.Entry {
			return journal.Entry{At: opening, Synced: true, Type: typ, Severity: journal.Notice, Subject: "controller/main-ctl"}
		}
		enrol := func(serial string, role identity.Role, name string, days int, renewal bool) error {
			c := identity.Certificate{Identity: identity.Identity{Role: role, Site: "city", Name: name}, Serial: serial, From: at, Until: at.AddDate(0, 0, days)}
			return s.Enrol(ctx, o, c, renewal, at, entry(journal.CertificateIssued))
		}
		refused := func(err error, want string) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
		refused(enrol("00", identity.Door, "main-ctl", 10, true), "nobody of that name")
		for _, err := range []error{enrol("a1", identity.Door, "main-ctl", 10, false), enrol("b1", identity.Reader, "logger", 300, false)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		refused(enrol("a2", identity.Door, "main-ctl", 10, false), "--renew")
		refused(enrol("a2", identity.Reader, "main-ctl", 10, true), "is a door's")
		if err := enrol("a2", identity.Door, "main-ctl", 20, true); err != nil {
			t.Fatal(err)
		}
		all, err := s.Certificates(ctx)
		if err != nil || len(all) != 3 || !all[1].Expires.Equal(at.AddDate(0, 0, 20)) && !all[2].Expires.Equal(at.AddDate(0, 0, 20)) {
			t.Errorf("%+v, %v", all, err)
		}

		expiring := shelf.Expiring(all, at, 30*24*time.Hour)
		if len(expiring) != 1 || expiring[0].Serial != "a2" {
			t.Errorf("expiring: %+v", expiring)
		}
		for n, want := range []bool{true, false} {
			if first, err := s.WarnedOf(ctx, o, "a2", entry(journal.CertificateExpiring)); err != nil || first != want {
				t.Errorf("warning %d: %v, %v", n, first, err)
			}
		}

		_, err = s.Revoke(ctx, o, "city", "nobody", "", at, entry(journal.CertificateRevoked))
		if !errors.Is(err, shelf.ErrNotEnrolled) {
			t.Error(err)
		}
		if back, err := s.Revoke(ctx, o, "", "", "a1", at, entry(journal.CertificateRevoked)); err != nil || len(back) != 1 {
			t.Errorf("%v, %v", back, err)
		}
		if back, err := s.Revoke(ctx, o, "city", "main-ctl", "", at, entry(journal.CertificateRevoked)); err != nil || len(back) != 1 || back[0].Serial != "a2" {
			t.Errorf("%v, %v", back, err)
		}
		_, err = s.Revoke(ctx, o, "city", "main-ctl", "", at, entry(journal.CertificateRevoked))
		refused(err, "already")
		serials, err := s.Revoked(ctx)
		if err != nil || !slices.Equal(serials, []string{"a1", "a2"}) {
			t.Errorf("%v, %v", serials, err)
		}
		refused(enrol("a3", identity.Door, "main-ctl", 10, true), "nobody of that name")
		if err := enrol("a3", identity.Door, "main-ctl", 10, false); err != nil {
			t.Error(err)
		}
		want := []string{"certificate.issued", "certificate.issued", "certificate.issued", "certificate.expiring", "certificate.revoked", "certificate.revoked", "certificate.issued"}
		got := slices.DeleteFunc(types(t, s), func(x string) bool { return strings.HasPrefix(x, "alarm.") })
		if !slices.Equal(got, want) {
			t.Errorf("on record: %v", got)
		}
	})
}
