package people

import (
	"fmt"
	"strings"
	"time"

	"kidoban/config/source"
	"kidoban/controller/access"
)

// document is the TOML form: what CSV says in rows stands in tables, and schedules and holidays beside it.
type document struct {
	Persons   []person   `toml:"person"`
	Schedules []schedule `toml:"schedule"`
	Holidays  []holiday  `toml:"holiday"`
}

type person struct {
	ID          cell     `toml:"id"`
	Name        cell     `toml:"name"`
	Reading     cell     `toml:"reading"`
	Kind        cell     `toml:"kind"`
	Affiliation cell     `toml:"affiliation"`
	Posts       []tenure `toml:"post"`
	Sections    []tenure `toml:"section"`
	Findings    []span   `toml:"finding"`
	Duties      []task   `toml:"duty"`
	Cards       []card   `toml:"card"`
}

type span struct {
	From  cell `toml:"from"`
	Until cell `toml:"until"`
}

type tenure struct {
	Name cell `toml:"name"`
	span
}

type task struct {
	Name cell `toml:"name"`
	Zone cell `toml:"zone"`
	span
}

type card struct {
	ID         cell   `toml:"id"`
	Format     cell   `toml:"format"`
	Facility   cell   `toml:"facility"`
	Number     cell   `toml:"number"`
	State      cell   `toml:"state"`
	ValidFrom  cell   `toml:"valid_from"`
	ValidUntil cell   `toml:"valid_until"`
	Schedule   cell   `toml:"schedule"`
	Extended   bool   `toml:"extended"`
	PIN        refuse `toml:"pin"`
	Duress     refuse `toml:"duress"`
}

type schedule struct {
	ID        cell    `toml:"id"`
	Sunday    []hours `toml:"sunday"`
	Monday    []hours `toml:"monday"`
	Tuesday   []hours `toml:"tuesday"`
	Wednesday []hours `toml:"wednesday"`
	Thursday  []hours `toml:"thursday"`
	Friday    []hours `toml:"friday"`
	Saturday  []hours `toml:"saturday"`
	Holiday   []hours `toml:"holiday"`
}

type holiday struct {
	Date    cell `toml:"date"`
	Working bool `toml:"working"`
}

// cell is a text, a whole number or a day, as text.
type cell string

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *cell) UnmarshalText(b []byte) error {
	*c = cell(clean(string(b)))
	return nil
}

// refuse is a key that must not be there.
type refuse struct{}

// UnmarshalText implements encoding.TextUnmarshaler.
func (refuse) UnmarshalText([]byte) error { return fmt.Errorf("%s", noPIN) }

// hours is "08:30-17:15"; "22:00-06:00" ends on the day after, "00:00-24:00" is the whole day.
type hours access.Hours

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *hours) UnmarshalText(b []byte) error {
	from, until, ok := strings.Cut(string(b), "-")
	first, ok1 := clock(from)
	last, ok2 := clock(until)
	if !ok || !ok1 || !ok2 || first == 24*60 || first == last {
		return fmt.Errorf(`hours are written "08:30-17:15", the whole day "00:00-24:00"`)
	}
	*h = hours{From: first, Until: last}
	return nil
}

func clock(s string) (uint16, bool) {
	s = strings.TrimSpace(s)
	if len(s) == 4 {
		s = "0" + s
	}
	if s == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", s)
	return uint16(t.Hour()*60 + t.Minute()), err == nil
}

func (b *builder) toml(data []byte) {
	b.imp.whole = true
	var doc document
	places, bad := source.Decode(b.file, data, &doc)
	b.bad = append(b.bad, bad...)
	if places == nil {
		return
	}
	for i := range doc.Persons {
		b.tomlPerson(places, fmt.Sprintf("person[%d]", i), &doc.Persons[i])
	}
	for i := range doc.Schedules {
		b.schedule(places, fmt.Sprintf("schedule[%d]", i), &doc.Schedules[i])
	}
	for i, h := range doc.Holidays {
		b.holiday(places.At(fmt.Sprintf("holiday[%d].date", i)), h)
	}
}

func (b *builder) tomlPerson(x source.Index, path string, p *person) {
	put := func(path string, keys map[column]string, texts map[column]cell) *cells {
		c := &cells{at: func(col column) source.Pos {
			if key, ok := keys[col]; ok {
				return x.At(path + "." + key)
			}
			return x.At(path)
		}}
		for col, text := range texts {
			c.text[col] = string(text)
		}
		return c
	}
	id, ok := b.person(put(path,
		map[column]string{colID: "id", colName: "name", colReading: "reading", colKind: "kind", colAffiliation: "affiliation"},
		map[column]cell{colID: p.ID, colName: p.Name, colReading: p.Reading, colKind: p.Kind, colAffiliation: p.Affiliation}))
	if !ok {
		return
	}
	for i, t := range p.Posts {
		b.post(id, put(fmt.Sprintf("%s.post[%d]", path, i), tenureKeys(colPost),
			map[column]cell{colPost: t.Name, colFrom: t.From, colUntil: t.Until}))
	}
	for i, t := range p.Sections {
		b.section(id, put(fmt.Sprintf("%s.section[%d]", path, i), tenureKeys(colSection),
			map[column]cell{colSection: t.Name, colFrom: t.From, colUntil: t.Until}))
	}
	for i, t := range p.Findings {
		b.finding(id, put(fmt.Sprintf("%s.finding[%d]", path, i), map[column]string{colFindingFrom: "from", colFindingUntil: "until"},
			map[column]cell{colFindingFrom: t.From, colFindingUntil: t.Until}))
	}
	for i, t := range p.Duties {
		b.duty(id, put(fmt.Sprintf("%s.duty[%d]", path, i),
			map[column]string{colDuty: "name", colDutyZone: "zone", colDutyFrom: "from", colDutyUntil: "until"},
			map[column]cell{colDuty: t.Name, colDutyZone: t.Zone, colDutyFrom: t.From, colDutyUntil: t.Until}))
	}
	for i, t := range p.Cards {
		b.card(id, put(fmt.Sprintf("%s.card[%d]", path, i), cardKeys, t.cells()))
	}
}

func tenureKeys(name column) map[column]string {
	return map[column]string{name: "name", colFrom: "from", colUntil: "until"}
}

var cardKeys = map[column]string{
	colCardID: "id", colFormat: "format", colFacility: "facility", colNumber: "number", colState: "state",
	colValidFrom: "valid_from", colValidUntil: "valid_until", colSchedule: "schedule", colExtended: "extended",
}

func (t card) cells() map[column]cell {
	extended := cell("no")
	if t.Extended {
		extended = "yes"
	}
	return map[column]cell{
		colCardID: t.ID, colFormat: t.Format, colFacility: t.Facility, colNumber: t.Number, colState: t.State,
		colValidFrom: t.ValidFrom, colValidUntil: t.ValidUntil, colSchedule: t.Schedule, colExtended: extended,
	}
}

func (b *builder) schedule(x source.Index, path string, s *schedule) {
	c := &cells{at: func(column) source.Pos { return x.At(path + ".id") }}
	c.text[colID] = string(s.ID)
	key := rowKey{access.ScheduleTable, string(s.ID)}
	if !b.id(c, colID) || !b.once(c, colID, key) {
		return
	}
	out := access.Schedule{ID: access.ScheduleID(s.ID), Holiday: spansOf(s.Holiday)}
	for day, hours := range [...][]hours{s.Sunday, s.Monday, s.Tuesday, s.Wednesday, s.Thursday, s.Friday, s.Saturday} {
		out.Week[day] = spansOf(hours)
	}
	b.imp.Roster.Records.Schedules = append(b.imp.Roster.Records.Schedules, out)
}

func spansOf(all []hours) []access.Hours {
	var out []access.Hours
	for _, h := range all {
		out = append(out, access.Hours(h))
	}
	return out
}

func (b *builder) holiday(at source.Pos, h holiday) {
	t, err := ParseDay(string(h.Date))
	if err != nil {
		b.refuse(at, "date: %s", err)
		return
	}
	key := rowKey{access.HolidayTable, t.Format(time.DateOnly)}
	if first, dup := b.imp.places[key]; dup {
		b.refuse(at, "date: line %d has this day already; keep one", first.Line)
		return
	}
	b.imp.places[key] = at
	b.imp.Roster.Records.Holidays = append(b.imp.Roster.Records.Holidays,
		access.Holiday{Year: t.Year(), Month: t.Month(), Day: t.Day(), Working: h.Working})
}
