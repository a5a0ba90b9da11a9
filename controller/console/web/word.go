package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"kidoban/controller/access"
	"kidoban/controller/console/words"
)

// Words are what the pages say, by key, in both languages. A group's own words come before those of the others, so that a field
// may be called otherwise on its pages than elsewhere.
type Words struct {
	all spoken
	of  map[string]spoken // of each group alone
}

type spoken map[access.Language]*i18n.Localizer

// tags are the languages by the names that files and pages use.
var tags = []struct {
	Lang access.Language
	Tag  language.Tag
}{{access.Japanese, language.Japanese}, {access.English, language.English}}

// Tag is a language's name in an attribute or a file's name: "ja", "en".
func Tag(l access.Language) string {
	if l == access.English {
		return "en"
	}
	return "ja"
}

// ReadWords reads words.ja.toml and words.en.toml of each group.
func ReadWords(groups ...Group) (*Words, error) {
	var folders []fs.FS
	w := &Words{of: map[string]spoken{}}
	for _, g := range groups {
		own, err := readSpoken(g.Files)
		if err != nil {
			return nil, fmt.Errorf("read the words of %s: %w", g.Name, err)
		}
		w.of[g.Name] = own
		folders = append(folders, g.Files)
	}
	var err error
	w.all, err = readSpoken(folders...)
	return w, err
}

func readSpoken(folders ...fs.FS) (spoken, error) {
	b := i18n.NewBundle(language.Japanese)
	b.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, f := range folders {
		for _, t := range tags {
			if _, err := b.LoadMessageFileFS(f, "words."+t.Tag.String()+".toml"); err != nil {
				return nil, err
			}
		}
	}
	out := spoken{}
	for _, t := range tags {
		out[t.Lang] = i18n.NewLocalizer(b, t.Tag.String())
	}
	return out, nil
}

// Say is the words of a key on a group's pages; args are name and value in turn, "count" is what a plural is of. A key without
// words shows itself in brackets.
func (w *Words) Say(l access.Language, group, key string, args ...any) string {
	data := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = args[i+1]
	}
	c := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: data["count"]}
	for _, in := range []spoken{w.of[group], w.all} {
		if in == nil {
			continue
		}
		if s, tag, err := in[l].LocalizeWithTag(c); err == nil && tag.String() == Tag(l) {
			return s
		}
	}
	return "〔" + key + "〕"
}

// functions are what the templates of a group may say in a language.
func (w *Words) functions(l access.Language, group string) template.FuncMap {
	return template.FuncMap{
		"t":    func(key string, args ...any) string { return w.Say(l, group, key, args...) },
		"lang": func() string { return Tag(l) },
		// term is a word of the record: term "card" "lost".
		"term":   func(domain string, value any) string { return words.Term(l, words.Domain(domain), fmt.Sprint(value)) },
		"stamp":  words.Stamp,
		"fiscal": func(year int) string { return words.FiscalYear(l, year) },
		"day":    words.Day, "minute": words.Minute, "days": func(s access.Span) string { return Days(l, s) },
	}
}

// Days is a span of whole days, the last one that belongs to it shown: 2026-04-01 〜 2027-03-31.
func Days(l access.Language, s access.Span) string {
	if s.From.IsZero() && s.Until.IsZero() {
		return words.Period(l, s.From, s.Until)
	}
	return edge(s.From, 0) + " 〜 " + edge(s.Until, -time.Nanosecond)
}

// edge is a day where the edge of a span is a midnight, else the minute.
func edge(t time.Time, into time.Duration) string {
	if t.IsZero() {
		return ""
	}
	if j := t.In(access.JST); j.Hour() == 0 && j.Minute() == 0 {
		return words.Day(t.Add(into))
	}
	return words.Minute(t)
}

var known = language.NewMatcher([]language.Tag{language.Japanese, language.English})

// prefersEnglish reads an Accept-Language header; of anything but English the answer is no.
func prefersEnglish(header string) bool {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return false
	}
	_, i, sure := known.Match(tags...)
	return i == 1 && sure >= language.High
}
