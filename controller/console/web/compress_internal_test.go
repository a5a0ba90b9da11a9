package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCompressedForThoseWhoTakeIt(t *testing.T) {
	page := strings.Repeat("住基ネット管理室 ", 500)
	for accept, want := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0": false, "xgzip": false} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		send(w, r, http.StatusForbidden, []byte(page))
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%q: compressed %v", accept, got)
		}
		body := io.Reader(w.Body)
		if want {
			if w.Body.Len() > len(page)/10 {
				t.Errorf("%d of %d octets", w.Body.Len(), len(page))
			}
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != page || w.Code != http.StatusForbidden {
			t.Errorf("%q: %d, %d octets, %v", accept, w.Code, len(got), err)
		}
	}
}
