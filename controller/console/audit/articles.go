package audit

import (
	"embed"
	"html/template"
	"regexp"
	"strings"
	"sync"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
)

// The README's article table, word for word, and its Japanese; a test keeps them together.
//
//go:embed articles.en.md articles.ja.md
var tables embed.FS

// articlesView is what each article demands and what answers it.
type articlesView struct {
	Tabs []tab
	Rows []row
}

// Article is a row. Tests are what proves it, by name.
type Article struct{ Article, Demands, Kidoban, Tests string }

// row is an Article whose quotations are marked.
type row struct{ Article, Demands, Kidoban, Tests template.HTML }

// quoted are the regulation's own words in an English sentence.
var quoted = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー々・]+`)

func marked(l access.Language, s string) template.HTML {
	s = template.HTMLEscapeString(s)
	if l == access.English {
		s = quoted.ReplaceAllString(s, `<span lang="ja">$0</span>`)
	}
	return template.HTML(s) // escaped above
}

func articlesPage(c *web.Call) (web.Answer, error) {
	v := articlesView{Tabs: tabs(c, "/audit/articles")}
	for _, a := range Articles(c.Lang) {
		v.Rows = append(v.Rows, row{marked(c.Lang, a.Article), marked(c.Lang, a.Demands), marked(c.Lang, a.Kidoban), marked(c.Lang, a.Tests)})
	}
	return web.Page{Name: "audit/articles", Data: v}, nil
}

// Articles is the article table in a language.
func Articles(l access.Language) []Article {
	both := articles()
	if l == access.English {
		return both[0]
	}
	return both[1]
}

// articles are the rows in English and in Japanese. A row's first cell names it in both files; its tests stand in the
// English one, but for what is said in their place.
var articles = sync.OnceValue(func() (both [2][]Article) {
	ja := map[string][]string{}
	for _, r := range tableOf("articles.ja.md") {
		ja[r[0]] = r
	}
	for _, r := range tableOf("articles.en.md") {
		if len(r) < 4 {
			continue // the rows of Article 6 have a table of their own
		}
		both[0] = append(both[0], Article{r[0], r[1], r[2], r[3]})
		j := ja[r[0]]
		if len(j) == 4 {
			j = append(j, r[3])
		}
		if len(j) == 5 {
			both[1] = append(both[1], Article{j[1], j[2], j[3], j[4]})
		}
	}
	return both
})

// tableOf are the rows of the tables in a page, without their heads.
func tableOf(name string) (rows [][]string) {
	b, err := tables.ReadFile(name)
	if err != nil {
		return nil
	}
	head := true
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		switch {
		case !strings.HasPrefix(line, "|"):
			head = true
		case strings.HasPrefix(line, "|--"):
			head = false
		case !head:
			var cells []string
			for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
				cells = append(cells, strings.ReplaceAll(strings.TrimSpace(cell), "`", ""))
			}
			rows = append(rows, cells)
		}
	}
	return rows
}
