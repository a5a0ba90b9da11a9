package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/console/web"
)

// widths are from a telephone's to a large screen's.
var widths = []int64{320, 768, 1280, 1920}

// examples are pages of something in particular.
var examples = map[string]string{
	"/{$}": "/", "/door/{door}": "/door/room", "/people/of/{id}": "/people/of/0201", "/people/card/{id}": "/people/card/C-0201",
	"/people/edit": "/people/edit?what=member&person=0302", "/people/why": "/people/why?person=0104", "/audit/entry/{n}": "/audit/entry/1",
}

// pagesOf are the pages that an account is let into, but for those in seen, by the daemon's own answer.
func pagesOf(s *consoletest.Site, name string, seen map[string]bool) (paths []string) {
	b := s.SignIn(name)
	for _, r := range s.Console.Routes() {
		at, is := examples[r.Path]
		if !is {
			at = r.Path
		}
		if r.Method != http.MethodGet || r.Quiet || r.Who == web.AtTablet || r.Who == web.SignedOut || strings.Contains(at, "{") || seen[at] {
			continue
		}
		if b.Get(at); b.Code == http.StatusOK && strings.HasPrefix(b.Head.Get("Content-Type"), "text/html") {
			seen[at] = true
			paths = append(paths, at)
		}
	}
	return paths
}

// Every page, in both languages: at each width nothing must be scrolled to the side, no word is missing or of the other
// language, axe-core finds nothing serious in light or dark, and the keyboard alone reaches whatever can be pressed.
func TestPages(t *testing.T) {
	if !*wanted {
		t.Skip("needs -chromium")
	}
	s := consoletest.Open(t)
	something(s)
	seen := map[string]bool{}
	var of []struct{ account, path string }
	for _, name := range []string{"officer", "clerk", "manager"} { // what the officer has not, the others have
		for _, p := range pagesOf(s, name, seen) {
			of = append(of, struct{ account, path string }{name, p})
		}
	}
	rules := axeRules(t)
	for _, lang := range []string{"ja", "en"} {
		t.Run(lang, func(t *testing.T) {
			tabs := map[string]*tab{}
			for _, p := range of {
				if tabs[p.account] == nil {
					tabs[p.account] = open(t, s.URL, lang).signIn(p.account)
				}
				b := tabs[p.account]
				t.Run(strings.Trim(strings.ReplaceAll(p.path, "/", "-"), "-")+"-"+p.account, func(t *testing.T) {
					b.TB = t
					look(b.get(p.path), p.path, rules)
					b.clean()
				})
			}
			for _, b := range tabs {
				b.TB = t
			}
		})
	}
}

// something gives the pages something to show: a permit that waits and a card that was refused.
func something(s *consoletest.Site) {
	b := s.SignIn("clerk")
	b.Get("/permits/ask").Send("/permits/ask", url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
		"class": {"contractor"}, "entry_purpose": {"サーバ定期点検"}, "day": {"2030-04-01"}, "begin": {"09:00"}, "end": {"17:30"}, "do": {"send"},
	})
	s.Act(consoletest.Card(1203, ""), consoletest.Card(1901, ""))
}

func look(b *tab, path string, rules string) {
	b.Helper()
	b.words()
	for _, px := range widths {
		b.fits(px)
		if px == 320 || px == 1280 {
			b.shot("page"+strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-").Replace(path), int(px))
		}
	}
	b.width(1280)
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		for _, v := range b.axe(rules) {
			b.Errorf("%s: %s", scheme, v)
		}
	}
	b.scheme("light")
	b.keyboard()
}

// words judges the page's words: none is missing, none of the other language.
func (b *tab) words() {
	b.Helper()
	if text := value[string](b, everyWord); strings.Contains(text, "〔") {
		b.Errorf("a word is missing: %.200s", text[strings.Index(text, "〔"):])
	} else if f := foreign(b.lang, text); len(f) > 0 {
		b.Errorf("not in this language, at %s: %q", b.path(), f)
	}
}

// fits judges the page at a width: nothing must be scrolled to the side.
func (b *tab) fits(px int64) {
	b.Helper()
	b.width(px)
	if over := value[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.Errorf("%s: %d px wide it is %d px too wide: %s", b.path(), px, over, value[string](b, widest))
	}
}

// everyWord is what is seen of a page, and what is said of it to who does not see; what is marked as another language is not.
const everyWord = `(() => { const out = []; const skip = (el) => el.closest("[lang]:not(html), script, style, noscript");
	const w = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT); while (w.nextNode()) if (!skip(w.currentNode.parentElement)) out.push(w.currentNode.data);
	for (const el of document.querySelectorAll("[aria-label],[placeholder],[title],[alt]")) if (!skip(el)) for (const a of ["aria-label", "placeholder", "title", "alt"]) if (el.hasAttribute(a)) out.push(el.getAttribute(a));
	return out.join("\n"); })()`

const widest = `[...document.querySelectorAll("main *, header *")].filter((el) => el.getBoundingClientRect().right > innerWidth + 1 && !el.closest(".table, .sheet")).map((el) => el.outerHTML.slice(0, 120)).slice(0, 2).join(" … ")`

var (
	japanese = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}々ー]+`)
	sentence = regexp.MustCompile(`[A-Za-z]{2,}(?: [A-Za-z']{2,}){3,}`)
	articles = regexp.MustCompile(`第[0-9]+条(第[0-9]+項)?(第[0-9]+号)?|令和[0-9元]+年?(度|[0-9]+月[0-9]+日)?`)
)

// proper are names that stay as they are in an English page: of people and places of the tests' site, and the regulation's
// own words for posts, forms and papers.
var proper = []string{
	"kidoban 木戸番", "住基ネット管理室", "舞鶴市", "市民文化環境部長", "市民課長", "市民課", "西支所長", "デジタル推進課長", "デジタル推進課",
	"市民文化環境部", "西支所", "総務課", "監査課", "㈱架空システム保守", "架空スタッフ㈱", "サーバ定期点検", "運用基準", "市長", "入室カード貸与簿", "入室者用カード貸出簿",
	"元日", "成人の日", "建国記念の日", "天皇誕生日", "春分の日", "昭和の日", "憲法記念日", "みどりの日", "こどもの日", "振替休日", "海の日", "山の日",
	"敬老の日", "秋分の日", "スポーツの日", "文化の日", "勤労感謝の日", "国民の休日", "年末年始",
}

// foreign is what a page says in the other language.
func foreign(lang, text string) (out []string) {
	if lang == "ja" {
		return sentence.FindAllString(text, 5)
	}
	text = articles.ReplaceAllString(text, "")
	for _, p := range proper {
		text = strings.ReplaceAll(text, p, "")
	}
	for _, w := range japanese.FindAllString(text, -1) {
		if !slices.Contains(out, w) && len(out) < 12 && !name(w) {
			out = append(out, w)
		}
	}
	return out
}

// name says that a word is a part of somebody's name or reading.
func name(word string) bool { return strings.Contains(names, word) }

const names = "青葉 誠 あおば まこと 橋本 美咲 はしもと みさき 東 健太郎 ひがし けんたろう 西村 和子 にしむら かずこ 髙橋 由紀 たかはし ゆき 𠮷田 直樹 よしだ なおき " +
	"小山 さくら こやま 森 大輔 もり だいすけ 井上 明 いのうえ あきら 岡田 涼 おかだ りょう 山本 隆 やまもと たかし 中川 恵 なかがわ めぐみ 山田 太郎 やまだ たろう " +
	"佐藤 花子 さとう はなこ 木村 花 きむら はな 承認 花子 しょうにん はなこ 代決 次郎 だいけつ じろう 監査 三郎 かんさ さぶろう 事務 四葉 じむ よつば 山﨑 𠮷男 貸出用カード かしだしようかーど"

func (b *tab) scheme(name string) {
	b.Helper()
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
}

// axeRules is axe-core itself, "" where it was not named.
func axeRules(t testing.TB) string {
	t.Helper()
	if *axe == "" {
		t.Log("without axe-core: name its file with -axe")
		return ""
	}
	body, err := os.ReadFile(*axe)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// axe are the serious findings of axe-core.
func (b *tab) axe(rules string) (found []string) {
	b.Helper()
	if rules == "" {
		return nil
	}
	value[bool](b, rules+"; true")
	said := value[string](b, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(" … "))))`)
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		b.Fatal(err)
	}
	return found
}

// keyboard goes through the page by the Tab key: every control is reached, each shows that it is, the first is the way past the
// menu, and the last leads out.
func (b *tab) keyboard() {
	b.Helper()
	value[bool](b, `(() => { document.activeElement?.blur(); scrollTo(0, 0); let n = 0; for (const el of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary"))
		if (el.checkVisibility({visibilityProperty: true}) && !el.disabled && el.tabIndex >= 0) el.dataset.reach = ++n; return true; })()`)
	for i := range 400 {
		if err := chromedp.Do(b.ctx, chromedp.KeyEvent("\t")); err != nil {
			b.Fatal(err)
		}
		at := value[string](b, `(() => { const el = document.activeElement; if (!el || el === document.body) return "out"; const s = getComputedStyle(el); const again = el.dataset.was; el.dataset.was = "1"; delete el.dataset.reach;
			if (el.type === "radio" && el.name) for (const r of document.getElementsByName(el.name)) if (r.form === el.form) delete r.dataset.reach;
			if (again && !["date", "time", "month", "datetime-local"].includes(el.type)) return "out";
			return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none" ? "" : "unseen ") + el.outerHTML.slice(0, 100); })()`)
		if at == "out" {
			break
		}
		if i == 0 && !strings.Contains(at, `href="#main"`) {
			b.Errorf("the first stop of the keyboard is %s", at)
		}
		if strings.HasPrefix(at, "unseen") {
			b.Errorf("the focus does not show: %s", at)
		}
	}
	if left := value[string](b, `[...document.querySelectorAll("[data-reach]")].map((el) => el.outerHTML.slice(0, 100)).slice(0, 3).join(" … ")`); left != "" {
		b.Error(fmt.Sprint("the keyboard never reaches ", left))
	}
}
