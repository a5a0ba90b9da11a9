package consoletest

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// Browser is somebody's, without JavaScript: it keeps cookies and follows where it is sent.
type Browser struct {
	*Site
	HTTP *http.Client
	Page string // the last answer's body
	Path string // and where it came from
	Code int
	Head http.Header
}

// Browse opens one for somebody who has not signed in.
func (s *Site) Browse() *Browser {
	s.Helper()
	jar, err := cookiejar.New(nil)
	s.fatal(err)
	b := &Browser{Site: s, HTTP: &http.Client{Jar: jar, Transport: &http.Transport{}}}
	s.Cleanup(b.HTTP.CloseIdleConnections)
	return b
}

// SignIn opens a browser in which an account has signed in, in a language ("ja", "en").
func (s *Site) SignIn(name string, lang ...string) *Browser {
	s.Helper()
	b := s.Browse()
	if len(lang) > 0 {
		b.Get("/sign-in")
		b.Send("/language", url.Values{"lang": lang, "to": {"/sign-in"}})
	}
	b.Get("/sign-in")
	b.Send("/sign-in", url.Values{"account": {name}, "password": {Password}})
	if b.Path == "/sign-in" {
		s.Fatalf("%s is not let in: %d %s", name, b.Code, b.Said())
	}
	return b
}

// Get asks for a page.
func (b *Browser) Get(path string) *Browser {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, b.URL+path, nil)
	b.fatal(err)
	return b.do(req)
}

var onceField = regexp.MustCompile(`name="once" value="([^"]*)"`)

// Once is the one-time token of the last page's first form.
func (b *Browser) Once() string {
	if m := onceField.FindStringSubmatch(b.Page); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

// Send sends a form, with a one-time token of the page that was got last.
func (b *Browser) Send(path string, form url.Values) *Browser {
	b.Helper()
	all := url.Values{"once": {b.Once()}}
	for k, v := range form {
		all[k] = v
	}
	req, err := http.NewRequest(http.MethodPost, b.URL+path, strings.NewReader(all.Encode()))
	b.fatal(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(req)
}

func (b *Browser) do(req *http.Request) *Browser {
	b.Helper()
	resp, err := b.HTTP.Do(req)
	b.fatal(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	b.fatal(err)
	b.Page, b.Path, b.Code, b.Head = string(body), resp.Request.URL.Path, resp.StatusCode, resp.Header
	return b
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	space = regexp.MustCompile(`\s+`)
	mainX = regexp.MustCompile(`(?s)<main.*</main>`)
)

// Said is the text of the last page's main part.
func (b *Browser) Said() string {
	body := b.Page
	if m := mainX.FindString(body); m != "" {
		body = m
	}
	return strings.TrimSpace(space.ReplaceAllString(html.UnescapeString(tag.ReplaceAllString(body, " ")), " "))
}

// Must fails the test unless the last page says all of these.
func (b *Browser) Must(words ...string) *Browser {
	b.Helper()
	said := b.Said()
	for _, w := range words {
		if !strings.Contains(said, w) {
			b.Errorf("%s (%d) does not say %q: %.800s", b.Path, b.Code, w, said)
		}
	}
	return b
}

// MustNot fails the test if the last page says one of these, anywhere.
func (b *Browser) MustNot(words ...string) *Browser {
	b.Helper()
	for _, w := range words {
		if strings.Contains(b.Page, w) {
			b.Errorf("%s says %q", b.Path, w)
		}
	}
	return b
}
