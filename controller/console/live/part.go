package live

import (
	"encoding/json"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// Part is a part of a page that is sent again when it has changed: the content of the elements with its name as data-part. It
// is the same for everybody who may look, so it holds no form: its buttons name a form of the page (form="…"), and what only
// some may do is shown by the page's own classes.
type Part struct {
	Name     string
	Template string         // "room/now": its "main"
	View     func(Seen) any // what the template is given
}

// Seen is what a part is made of.
type Seen struct {
	Lang access.Language
	Site web.Site
	Now  *desk.Now
}

// SeenBy is what a page shows that is being written for somebody: the same that its parts are made of later.
func SeenBy(c *web.Call) (Seen, error) {
	var now desk.Now
	err := c.Get("now", nil, &now)
	return Seen{Lang: c.Lang, Site: c.Site(), Now: &now}, err
}

// shown is a part as it was sent last.
type shown struct {
	version uint64 // of the class; grows with each change
	entries uint64 // how much of the journal it is made of
	event   []byte
}

// eventOf is the server-sent event of a part.
func eventOf(name string, html []byte) ([]byte, error) {
	data, err := json.Marshal(struct {
		Part string `json:"part"`
		HTML string `json:"html"`
	}{name, string(html)})
	if err != nil {
		return nil, err
	}
	return event("part", data), nil
}

func event(kind string, data []byte) []byte {
	b := append([]byte("event: "), kind...)
	b = append(b, "\ndata: "...)
	return append(append(b, data...), "\n\n"...)
}
