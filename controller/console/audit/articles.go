package audit

import (
	"embed"
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
	Rows []Article
}

// Article is a row. Tests are what proves it, by name.
type Article struct{ Article, Demands, Kidoban, Tests string }

func articlesPage(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "audit/articles", Data: articlesView{tabs(c, "/audit/articles"), Articles(c.Lang)}}, nil
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
// English one.
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
		if j := ja[r[0]]; len(j) == 4 {
			both[1] = append(both[1], Article{j[1], j[2], j[3], r[3]})
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
