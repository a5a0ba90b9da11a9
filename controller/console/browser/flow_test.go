package browser_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
)

// stage is a site of its own on which a flow is played in one language, by whoever it takes.
type stage struct {
	*consoletest.Site
	lang string
	tabs map[string]*tab
}

// play plays a flow in both languages, beside others; change may change the site's configuration.
func play(t *testing.T, flow func(*stage), change ...func(*config.Config)) {
	t.Helper()
	playAt(t, func(t testing.TB) *consoletest.Site { return consoletest.Open(t, change...) }, flow)
}

// playAt is play at a site that is opened otherwise.
func playAt(t *testing.T, site func(testing.TB) *consoletest.Site, flow func(*stage)) {
	t.Helper()
	if !*wanted {
		t.Skip("needs -chromium")
	}
	t.Parallel()
	for _, lang := range []string{"ja", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			flow(&stage{Site: site(t), lang: lang, tabs: map[string]*tab{}})
		})
	}
}

// as is somebody's browser, signed in once.
func (s *stage) as(account string) *tab {
	s.Helper()
	if s.tabs[account] == nil {
		s.tabs[account] = open(s.TB, s.URL, s.lang).signIn(account)
	}
	return s.tabs[account]
}

// out is the browser of somebody who has not signed in.
func (s *stage) out() *tab {
	s.Helper()
	return open(s.TB, s.URL, s.lang)
}

// in is one of two texts, by the language that is played.
func (s *stage) in(ja, en string) string {
	if s.lang == "ja" {
		return ja
	}
	return en
}

// in is one of two texts, by the language of the page.
func (b *tab) in(ja, en string) string {
	if b.lang == "ja" {
		return ja
	}
	return en
}

// looks judges the page as it stands: its words, its width on a telephone and on a screen, what axe-core finds; and keeps
// its pictures under a name.
func (b *tab) looks(name string) *tab {
	b.Helper()
	b.words()
	for _, px := range []int64{320, 1280} {
		b.fits(px)
		b.shot("flow-"+name, int(px))
	}
	for _, v := range b.axe(axeRules(b)) {
		b.Errorf("%s: %s", name, v)
	}
	return b
}

// fill types a text into a field, in place of what it says; a date's or a number's is set as its picker does.
func (b *tab) fill(selector, text string) *tab {
	b.Helper()
	quoted, _ := json.Marshal(selector)
	kind := value[string](b, fmt.Sprintf(`(() => { const el = document.querySelector(%s); if (!el) return "none"; el.focus(); if (el.select) el.select(); return el.type; })()`, quoted))
	switch kind {
	case "none":
		b.Fatalf("there is no %s at %s: %s", selector, b.path(), b.said())
	case "date", "time", "month", "datetime-local", "number", "select-one":
		said, _ := json.Marshal(text)
		if got := value[string](b, fmt.Sprintf(`(() => { const el = document.querySelector(%s); el.value = %s; for (const e of ["input", "change"]) el.dispatchEvent(new Event(e, {bubbles: true})); return el.value; })()`,
			quoted, said)); got != text {
			b.Fatalf("%s takes no %q: it says %q", selector, text, got)
		}
	default:
		if err := chromedp.Do(b.ctx, chromedp.KeyEvent("\b"), chromedp.SendKeys(selector, text)); err != nil {
			b.Fatalf("%s: %v", selector, err)
		}
	}
	return b
}

// says fails unless what is seen of the page has all of these.
func (b *tab) says(words ...string) *tab {
	b.Helper()
	for _, w := range words {
		if quoted, _ := json.Marshal(w); !value[bool](b, fmt.Sprintf(`document.body.innerText.includes(%s)`, quoted)) {
			b.Errorf("%s does not say %q: %s", b.path(), w, b.said())
		}
	}
	return b
}

// hides fails if the page has one of these anywhere.
func (b *tab) hides(words ...string) *tab {
	b.Helper()
	all := value[string](b, `document.documentElement.outerHTML`)
	for _, w := range words {
		if strings.Contains(all, w) {
			b.Errorf("%s says %q", b.path(), w)
		}
	}
	return b
}
