package shelf_test

import (
	"testing"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
)

// TestHealth: what is heard of a controller is kept half by half, the last of each.
func TestHealth(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		ctx := t.Context()
		s, err := shelf.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		at := time.UnixMilli(1_775_000_000_123)
		const name = "kidoban/maizuru/main-ctl"
		for _, h := range []shelf.Health{
			{Controller: name, Status: []byte(`{"online":true}`), StatusAt: at},
			{Controller: name, Head: 7, HeadAt: at.Add(time.Second)},
			{Controller: "kidoban/maizuru/a", Head: 1 << 40, HeadAt: at},
			{Controller: name, Head: 8},
			{Controller: name, Status: []byte(`{"online":false}`), StatusAt: at.Add(2 * time.Second)},
		} {
			if err := s.KeepHealth(ctx, h); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Healths(ctx)
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v, %v", all, err)
		}
		if a := all[0]; a.Controller != "kidoban/maizuru/a" || a.Head != 1<<40 || a.Status != nil || !a.StatusAt.IsZero() || !a.HeadAt.Equal(at) {
			t.Errorf("%+v", a)
		}
		if b := all[1]; string(b.Status) != `{"online":false}` || !b.StatusAt.Equal(at.Add(2*time.Second)) || b.Head != 8 || !b.HeadAt.Equal(at.Add(time.Second)) {
			t.Errorf("%+v", b)
		}
		if n, err := s.Bytes(ctx); err != nil || n < 4096 {
			t.Errorf("the database takes %d bytes: %v", n, err)
		}
	})
}
