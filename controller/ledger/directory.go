package ledger

import (
	"cmp"
	"slices"
	"strings"

	"kidoban/controller/access"
)

// Directory is who is who by name, as small as it can be looked up in: a door keeps thousands whom it seldom speaks of.
// It belongs to one goroutine; a nil one lists nobody.
type Directory struct {
	rows   []listed          // by ID
	places []string          // affiliations
	at     map[string]uint32 // places by name
}

// listed is a Person with the words end to end.
type listed struct {
	words       string // ID, name, reading
	id, name    uint32 // where the first two end
	affiliation uint32 // in places
	kind        access.Kind
}

// NewDirectory lists people; of two with one ID the first stays. It keeps no memory of theirs.
func NewDirectory(people []Person) *Directory {
	d := &Directory{rows: make([]listed, 0, len(people)), at: map[string]uint32{}}
	size := 0
	for i := range people {
		p := &people[i]
		size += len(p.ID) + len(p.Name) + len(p.Reading)
	}
	var all strings.Builder
	all.Grow(size)
	for i := range people {
		from := all.Len()
		all.WriteString(people[i].words())
		d.rows = append(d.rows, d.row(&people[i], all.String()[from:]))
	}
	slices.SortStableFunc(d.rows, func(a, b listed) int { return cmp.Compare(a.whose(), b.whose()) })
	d.rows = slices.CompactFunc(d.rows, func(a, b listed) bool { return a.whose() == b.whose() })
	return d
}

// Len is how many are listed.
func (d *Directory) Len() int {
	if d == nil {
		return 0
	}
	return len(d.rows)
}

// Find returns who has an ID.
func (d *Directory) Find(id access.PersonID) (Person, bool) {
	at, ok := d.find(id)
	if !ok {
		return Person{}, false
	}
	r := &d.rows[at]
	return Person{Person: access.Person{ID: r.whose(), Kind: r.kind}, Name: r.words[r.id:r.name], Reading: r.words[r.name:],
		Affiliation: d.places[r.affiliation]}, true
}

// Of is Find with an empty Person for one who is not listed.
func (d *Directory) Of(id access.PersonID) Person {
	p, _ := d.Find(id)
	return p
}

// Put lists somebody, in the place of whoever had the ID.
func (d *Directory) Put(p Person) {
	row := d.row(&p, p.words())
	at, ok := d.find(p.ID)
	if ok {
		d.rows[at] = row
		return
	}
	d.rows = slices.Insert(d.rows, at, row)
}

// Delete takes somebody off the list.
func (d *Directory) Delete(id access.PersonID) {
	if at, ok := d.find(id); ok {
		d.rows = slices.Delete(d.rows, at, at+1)
	}
}

func (p *Person) words() string { return string(p.ID) + p.Name + p.Reading }

func (d *Directory) row(p *Person, words string) listed {
	return listed{
		words: words, id: uint32(len(p.ID)), name: uint32(len(p.ID) + len(p.Name)), affiliation: d.place(p.Affiliation), kind: p.Kind,
	}
}

func (d *Directory) place(name string) uint32 {
	n, ok := d.at[name]
	if !ok {
		n, name = uint32(len(d.places)), strings.Clone(name)
		d.at[name], d.places = n, append(d.places, name)
	}
	return n
}

func (d *Directory) find(id access.PersonID) (int, bool) {
	if d == nil {
		return 0, false
	}
	return slices.BinarySearchFunc(d.rows, id, func(r listed, id access.PersonID) int { return cmp.Compare(r.whose(), id) })
}

// whose is the ID.
func (r *listed) whose() access.PersonID { return access.PersonID(r.words[:r.id]) }
