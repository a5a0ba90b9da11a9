package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"strings"

	"kidoban/controller/access"
)

// pages are the templates of all groups, by language, "group/page".
type pages map[access.Language]map[string]*template.Template

// readPages reads the templates of the frame and of each group. A page defines "title" and "main"; a fragment, which a live
// part is, only "main".
func readPages(w *Words, groups []Group, more func(access.Language) template.FuncMap) (pages, error) {
	p := pages{}
	for _, t := range tags {
		p[t.Lang] = map[string]*template.Template{}
		for _, g := range groups {
			fm := w.functions(t.Lang, g.Name)
			maps.Copy(fm, more(t.Lang))
			base, err := template.New("").Option("missingkey=error").Funcs(fm).ParseFS(files, "layout.html")
			if err != nil {
				return nil, err
			}
			if err := p.group(t.Lang, base, g); err != nil {
				return nil, fmt.Errorf("the pages of %s: %w", g.Name, err)
			}
		}
	}
	return p, nil
}

func (p pages) group(l access.Language, base *template.Template, g Group) error {
	names, err := fs.Glob(g.Files, "*.html")
	if err != nil {
		return err
	}
	var shared []string
	for _, n := range names {
		if strings.HasPrefix(n, "_") {
			shared = append(shared, n)
		}
	}
	for _, n := range names {
		if strings.HasPrefix(n, "_") {
			continue
		}
		t, err := base.Clone()
		if err == nil {
			t, err = t.ParseFS(g.Files, append(shared, n)...)
		}
		if err != nil {
			return err
		}
		p[l][g.Name+"/"+strings.TrimSuffix(n, ".html")] = t
	}
	return nil
}
