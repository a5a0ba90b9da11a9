package setup

import (
	"crypto/x509"
	"encoding/pem"
	"os"

	"kidoban/controller"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/wiring"
)

// overview is how far the setting up is.
type overview struct {
	desk.Installing
	Rows  []row
	Done  int // points that need nothing more
	Next  string
	Parts []desk.Part
	Ready bool // every point is passed or was skipped with a reason
}

// row is a point as the page lists it.
type row struct {
	wiring.Point
	Name    string
	Checked controller.Checked
	Changed bool // the configuration was changed since
}

// Open says that the point waits to be checked.
func (r row) Open() bool {
	return r.Checked.Result == "" || r.Checked.Result == controller.PointFailed || r.Changed
}

func (in installer) index(c *web.Call) (web.Answer, error) { return in.show(c, nil) }

func (in installer) show(c *web.Call, fault error) (web.Answer, error) {
	v, err := in.overview(c)
	return web.Page{Name: "setup/index", Data: v, Fault: fault}, err
}

func (in installer) overview(c *web.Call) (v overview, err error) {
	if err = c.Get("wiring", nil, &v.Installing); err != nil {
		return v, err
	}
	for _, p := range v.Points {
		r := row{Point: p, Name: nameOf(c, p), Checked: v.Checked[p.ID]}
		r.Changed = r.Checked.Result != "" && r.Checked.Digest != v.Digest
		switch {
		case !r.Open():
			v.Done++
		case v.Next == "":
			v.Next = p.ID
		}
		v.Rows = append(v.Rows, r)
	}
	v.Ready = v.Next == ""
	v.Parts = append(v.Machine, in.own(c)) //nolint:gocritic // a list of its own
	return v, nil
}

// nameOf is a point as people call it: 住基ネット管理室 読取機(入口).
func nameOf(c *web.Call, p wiring.Point) string {
	place := c.T("setup.controller")
	for _, d := range c.Site().Doors {
		if d.Name == p.Door {
			place = d.Title
		}
	}
	name := place + " " + words.Term(c.Lang, words.Points, string(p.Kind))
	if side := p.Side.String(); side != "" {
		name += " (" + words.Term(c.Lang, words.Directions, side) + ")"
	}
	return name
}

// own is the console's certificate.
func (in installer) own(c *web.Call) desk.Part {
	p := desk.Part{What: "console", State: desk.PartNone}
	if in.certificate == "" {
		return p
	}
	p.State = desk.PartBad
	b, err := os.ReadFile(in.certificate)
	if err != nil {
		return p
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return p
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return p
	}
	p.Until = cert.NotAfter
	if c.Now.After(cert.NotBefore) && c.Now.Before(cert.NotAfter) && cert.VerifyHostname(c.Host()) == nil {
		p.State = desk.PartWell
	}
	return p
}

// print is 設置・検収記録 on paper.
func (in installer) print(c *web.Call) (web.Answer, error) {
	var sheet desk.Sheet
	q := desk.Print{Form: controller.FormWiring, Purpose: c.T("setup.record.purpose"), Lang: web.Tag(c.Lang)}
	if err := c.Post("print", q, &sheet); err != nil {
		if web.OnForm(err) {
			return in.show(c, err)
		}
		return nil, err
	}
	return web.File{Name: "kidoban-" + sheet.ID + ".pdf", Type: "application/pdf", Body: sheet.File}, nil
}
