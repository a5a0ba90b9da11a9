package web

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// compressLeast is below what compressing saves nothing.
const compressLeast = 1 << 10

// takesGzip reads what a browser says that it takes.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.ReplaceAll(weight, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// send writes a page, compressed for those who take it. A page has no secret that stays the same from one answer to the next,
// so its length tells nothing.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Add("Vary", "Accept-Encoding")
	if len(body) >= compressLeast && takesGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		body = compressed(body)
	}
	if status != 0 {
		w.WriteHeader(status)
	}
	_, _ = w.Write(body) // who does not listen any more misses it
}

func compressed(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// still serves the files of a folder, which never change while this program runs: a browser keeps them under the address with the
// version, and each is compressed once.
func still(folder fs.FS) http.Handler {
	files := http.FileServerFS(folder)
	var once sync.Map // compressed, by path
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept(w, r)
		name := strings.TrimPrefix(r.URL.Path, "/")
		body, err := fs.ReadFile(folder, name)
		if err != nil {
			http.NotFound(w, r) // no folder is listed
			return
		}
		if !takesGzip(r) || len(body) < compressLeast {
			files.ServeHTTP(w, r)
			return
		}
		small, found := once.Load(name)
		if !found {
			small, _ = once.LoadOrStore(name, compressed(body))
		}
		h := w.Header()
		h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		h.Set("Content-Encoding", "gzip")
		h.Add("Vary", "Accept-Encoding")
		_, _ = w.Write(small.([]byte)) // who does not listen any more misses it
	})
}

// kept lets a browser keep what it asked for by the version.
func kept(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery == "v="+staticVersion() {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
}
