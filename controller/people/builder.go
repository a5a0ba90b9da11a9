package people

import (
	"fmt"
	"strconv"
	"time"

	"kidoban/config/source"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// builder makes an Import of cells, wherever they stand, and collects what is wrong.
type builder struct {
	file    string
	hash    Hash
	imp     Import
	bad     source.Problems
	kinds   map[access.PersonID]access.Kind
	people  map[access.PersonID]source.Pos
	ids     map[access.CredentialID]source.Pos
	numbers map[access.Hash]source.Pos
	titles  map[string]bool // texts under post that are no post, warned of once
}

func newBuilder(name string, hash Hash) *builder {
	return &builder{
		file: name, hash: hash, imp: Import{file: name, places: map[rowKey]source.Pos{}},
		kinds: map[access.PersonID]access.Kind{}, people: map[access.PersonID]source.Pos{},
		ids: map[access.CredentialID]source.Pos{}, numbers: map[access.Hash]source.Pos{},
		titles: map[string]bool{},
	}
}

// cells are the texts of one row or table, and where they stand.
type cells struct {
	text [columns]string
	at   func(column) source.Pos
}

func (b *builder) refuse(at source.Pos, format string, args ...any) {
	b.bad = append(b.bad, Problem{File: b.file, Pos: at, Text: fmt.Sprintf(format, args...)})
}

func (b *builder) warn(at source.Pos, format string, args ...any) {
	b.imp.Warnings = append(b.imp.Warnings, Problem{File: b.file, Pos: at, Text: fmt.Sprintf(format, args...)})
}

func (b *builder) refuseCell(c *cells, col column, format string, args ...any) {
	b.refuse(c.at(col), "%s: %s", headings[col][0], fmt.Sprintf(format, args...))
}

// finish judges the rows together and hands over.
func (b *builder) finish() (Import, []Problem) {
	if len(b.bad) == 0 {
		b.together()
	}
	b.bad.Sort()
	source.Problems(b.imp.Warnings).Sort()
	if len(b.bad) > 0 {
		return Import{Warnings: b.imp.Warnings, file: b.file}, b.bad
	}
	return b.imp, nil
}

// together asks the rules for what only the whole shows, such as two holders of one post. Schedules may stand in the
// roster that this import is merged into.
func (b *builder) together() {
	rec := records(b.imp.Roster)
	_, bad := access.NewRoster(0, rec)
	for _, p := range bad {
		if p.Fault != access.UnknownSched {
			b.bad = append(b.bad, b.imp.problem(rec, p))
		}
	}
}

// records is the roster as the rules see it.
func records(r ledger.Roster) access.Records {
	rec := r.Records
	rec.Persons = make([]access.Person, len(r.People))
	for i, p := range r.People {
		rec.Persons[i] = p.Person
	}
	return rec
}

// personID reads the id and reports whether it can be used.
func (b *builder) personID(c *cells) (access.PersonID, bool) {
	return access.PersonID(c.text[colID]), b.id(c, colID)
}

func (b *builder) id(c *cells, col column) bool {
	switch id := c.text[col]; {
	case id == "":
		b.refuseCell(c, col, "is missing")
	case wideDigits(id):
		b.refuseCell(c, col, "full-width digits; write them as 0 to 9")
	case !idPattern.MatchString(id):
		b.refuseCell(c, col, "is 1 to 32 of A-Z, a-z, 0-9, dot, hyphen, underscore, half-width")
	default:
		return true
	}
	return false
}

// person adds a person; at is where the id stands.
func (b *builder) person(c *cells) (access.PersonID, bool) {
	id, ok := b.personID(c)
	if !ok {
		return "", false
	}
	at := c.at(colID)
	if first, dup := b.people[id]; dup {
		b.refuse(at, "id: this person stands in line %d already; keep one, or leave name and kind of this line empty to add a post or a card", first.Line)
		return id, false
	}
	b.people[id] = at
	kind, known := kinds[c.text[colKind]]
	if !known {
		b.refuseCell(c, colKind, "is one of 職員 (staff), 委託 (contractor), その他 (other)")
	}
	b.kinds[id] = kind
	if c.text[colName] == "" {
		b.refuseCell(c, colName, "is missing")
	}
	for _, col := range []column{colName, colReading, colAffiliation, colSection} {
		b.words(c, col)
	}
	affiliation := c.text[colAffiliation]
	if affiliation == "" {
		affiliation = c.text[colSection]
	}
	b.imp.places[rowKey{access.PersonTable, string(id)}] = at
	b.imp.Roster.People = append(b.imp.Roster.People, ledger.Person{
		Person: access.Person{ID: id, Kind: kind}, Name: c.text[colName], Reading: c.text[colReading], Affiliation: affiliation,
	})
	return id, known
}

func (b *builder) words(c *cells, col column) {
	text := c.text[col]
	if what := flaw(text); what != "" {
		b.refuseCell(c, col, "%s", what)
	} else if formula(text) {
		b.warn(c.at(col), "%s: begins with =, +, - or @, which a spreadsheet takes for a formula; check the name", headings[col][0])
	}
}

// rightsOf adds what a row says of post, section and finding.
func (b *builder) rightsOf(id access.PersonID, c *cells) {
	b.post(id, c)
	b.section(id, c)
	b.finding(id, c)
	b.duty(id, c)
	if c.text[colPost] == "" && c.text[colSection] == "" {
		for _, col := range []column{colFrom, colUntil} {
			if c.text[col] != "" {
				b.refuseCell(c, col, "dates a post or a section, and the line has neither; write the card's days into valid_from and valid_until")
			}
		}
	}
}

func (b *builder) post(id access.PersonID, c *cells) {
	text := c.text[colPost]
	if text == "" {
		return
	}
	post, ok := posts[text]
	switch {
	case text == "セキュリティ責任者":
		b.refuseCell(c, colPost, "two posts have this name (Article 10(2)); write 市民課長 or 西支所長")
		return
	case !ok && !b.titles[text]:
		b.titles[text] = true
		b.warn(c.at(colPost), "post: is none that the regulation names and gives no standing; the posts are 市民文化環境部長, 市民課長, 西支所長, デジタル推進課長 (said once for each text)")
		return
	case !ok:
		return
	case b.kinds[id] != access.Staff:
		b.refuseCell(c, colPost, "only 職員 (staff) hold a post (Article 20(1)(1))")
		return
	}
	span, ok := b.span(c, colFrom, colUntil)
	if ok && b.once(c, colPost, rowKey{access.IncumbencyTable, string(post) + "/" + rightKey(id, span)}) {
		b.imp.Roster.Records.Incumbents = append(b.imp.Roster.Records.Incumbents, access.Incumbency{Person: id, Post: post, Span: span})
	}
}

func (b *builder) section(id access.PersonID, c *cells) {
	text := c.text[colSection]
	if text == "" || b.kinds[id] != access.Staff {
		return
	}
	if known, ok := sections[text]; ok {
		text = known
	}
	span, ok := b.span(c, colFrom, colUntil)
	if ok && b.once(c, colSection, rowKey{access.BelongingTable, text + "/" + rightKey(id, span)}) {
		b.imp.Roster.Records.Belongings = append(b.imp.Roster.Records.Belongings, access.Belonging{Person: id, Section: text, Span: span})
	}
}

func (b *builder) finding(id access.PersonID, c *cells) {
	if c.text[colFindingFrom] == "" {
		if c.text[colFindingUntil] != "" {
			b.refuseCell(c, colFindingUntil, "a finding has the day from which it holds; write finding_from (認定日)")
		}
		return
	}
	if b.kinds[id] != access.Staff {
		b.refuseCell(c, colFindingFrom, "Article 20(1)(3) is for 職員 alone: who is not staff enters by permit, escorted (Article 20(2), (3)); remove the finding")
		return
	}
	span, ok := b.span(c, colFindingFrom, colFindingUntil)
	if ok && b.once(c, colFindingFrom, rowKey{access.FindingTable, rightKey(id, span)}) {
		b.imp.Roster.Records.Findings = append(b.imp.Roster.Records.Findings, access.Finding{Person: id, Span: span})
	}
}

func rightKey(id access.PersonID, s access.Span) string {
	if s.From.IsZero() {
		return string(id) + "/"
	}
	return string(id) + "/" + strconv.FormatInt(s.From.Unix(), 10)
}

func (b *builder) once(c *cells, col column, key rowKey) bool {
	if first, dup := b.imp.places[key]; dup {
		b.refuseCell(c, col, "line %d says the same of this person from the same day; keep one", first.Line)
		return false
	}
	b.imp.places[key] = c.at(col)
	return true
}

// span reads a first day and a last day.
func (b *builder) span(c *cells, from, until column) (access.Span, bool) {
	first, ok1 := b.day(c, from)
	last, ok2 := b.day(c, until)
	if !ok1 || !ok2 {
		return access.Span{}, false
	}
	if !last.IsZero() {
		if !first.IsZero() && last.Before(first) {
			b.refuseCell(c, until, "ends before it begins; correct one of the days")
			return access.Span{}, false
		}
		last = last.AddDate(0, 0, 1)
	}
	return access.Span{From: first, Until: last}, true
}

func (b *builder) day(c *cells, col column) (time.Time, bool) {
	if c.text[col] == "" {
		return time.Time{}, true
	}
	t, err := ParseDay(c.text[col])
	if err != nil {
		b.refuseCell(c, col, "%s", err)
		return time.Time{}, false
	}
	return t, true
}
