package desk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func sent(t testing.TB, text string, end error) []byte {
	t.Helper()
	var out bytes.Buffer
	f := &frames{w: bufio.NewWriter(&out), over: func() error { return nil }}
	f.progress(1, 2)
	if _, err := io.Copy(f, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	f.end(Backed{Entries: 7, Bytes: int64(len(text)), Digest: "00", For: "for x"}, end)
	return out.Bytes()
}

// What a client is left with is either what was sent, or an error.
func TestReceive(t *testing.T) {
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"a fault":         {sent(t, "half", errors.New("disk full")), "disk full"},
		"cut off":         {sent(t, "half", nil)[:20], "it broke off"},
		"nothing":         {nil, "it broke off"},
		"another digest":  {sent(t, "whole", nil), "not what was sent"},
		"another version": {[]byte{'z', 0, 0, 0, 0}, "another version"},
		"too long":        {[]byte{'d', 255, 255, 255, 255}, "a frame of"},
	} {
		var out bytes.Buffer
		if _, err := receive(bytes.NewReader(c.in), &out, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func FuzzReceive(f *testing.F) {
	f.Add(sent(f, "whole", nil))
	f.Add(sent(f, "half", errors.New("x")))
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		if b, err := receive(bytes.NewReader(in), &out, func(int64, int64) {}); err == nil && b.Bytes != int64(out.Len()) {
			t.Errorf("%d octets, %d came", b.Bytes, out.Len())
		}
	})
}
