package draw_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/console/draw"
)

func wrapped(s string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">` + s + `</svg>`
}

// A plan of the site's own is drawn with what stands in it, and says how doors and zones are.
func TestOwnPlan(t *testing.T) {
	file, err := os.ReadFile("testdata/own.svg")
	if err != nil {
		t.Fatal(err)
	}
	own, err := draw.ReadOwn(file)
	if err != nil {
		t.Fatal(err)
	}
	got := own.Draw(plan(access.Japanese))
	wellDrawn(t, got)
	for _, want := range []string{
		`<g id="door-room" class="door position-open lock-released">`, "<title>正面扉:開、解錠</title>", `class="zone occupied"`, ">開、解錠</text>", `fill="#eee"`, "西側の窓",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, no := range []string{"inkscape", "style", "layer1", "metadata"} {
		if strings.Contains(string(got), no) {
			t.Errorf("%s is in it\n%s", no, got)
		}
	}
	if missing := own.Missing(plan(access.Japanese)); strings.Join(missing, " ") != "zone-store door-a door-b door-c door-d" {
		t.Errorf("missing %v", missing)
	}
}

// What could do anything but be looked at is refused, with its place.
func TestOwnPlanIsReadStrictly(t *testing.T) {
	for file, want := range map[string]string{
		wrapped(`<script>alert(1)</script>`):                                     "line 1, column 71: <script> is not taken",
		wrapped("\n<g>\n<image href='x.png'/></g>"):                              "line 3",
		wrapped(`<rect onclick="alert(1)"/>`):                                    "the attribute onclick of <rect> is not taken",
		wrapped(`<a href="https://example.jp"><rect/></a>`):                      "<a> is not taken",
		wrapped(`<foreignObject/>`):                                              "<foreignObject> is not taken",
		wrapped(`<style>*{fill:red}</style>`):                                    "<style> is not taken",
		wrapped(`<use href="#x"/>`):                                              "<use> is not taken",
		wrapped(`<animate attributeName="x"/>`):                                  "<animate> is not taken",
		wrapped(`<rect fill="url(#g)"/>`):                                        "refers to something",
		wrapped(`<rect style="fill:URL(https://example.jp/x)"/>`):                "refers to something",
		wrapped(`<rect fill="u\72l(x)"/>`):                                       "refers to something",
		wrapped(`<g xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>`):       "refers to something",
		wrapped(`<defs><linearGradient id="g"/></defs>`):                         "<defs> with <linearGradient> is not taken",
		wrapped(`<g id="door-room"/><g id="door-room"/>`):                        `the id "door-room" is there twice`,
		wrapped(`<text>&bomb;</text>`):                                           "line 1",
		wrapped(`<g>`):                                                           "line 1",
		wrapped(strings.Repeat("<g>", 40) + strings.Repeat("</g>", 40)):          "deep",
		wrapped(``) + "<p/>":                                                     "something follows",
		`<!DOCTYPE svg [<!ENTITY bomb "x">]>` + wrapped(``):                      "DOCTYPE",
		`<html xmlns="http://www.w3.org/1999/xhtml"/>`:                           "it begins with <html>",
		`<svg viewBox="0 0 1 1"/>`:                                               "it begins with <svg>",
		``:                                                                       "there is no <svg> in it",
		wrapped(strings.Repeat(" ", 64<<10)):                                     "at most 64",
		wrapped(`<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>`): "<script> is not taken",
	} {
		_, err := draw.ReadOwn([]byte(file))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %s", file, err, want)
		}
	}
}

// Whatever is taken is drawn well and holds nothing that runs or refers.
func FuzzOwnPlan(f *testing.F) {
	file, err := os.ReadFile("testdata/own.svg")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(file))
	f.Add(wrapped(`<text id="door-room-state" x="1">a<tspan>&lt;b</tspan></text>`))
	f.Add(wrapped(`<g style="fill:red;stroke : #fff" id="zone-room"><title>x</title></g>`))
	p := plan(access.English)
	f.Fuzz(func(t *testing.T, s string) {
		own, err := draw.ReadOwn([]byte(s))
		if err != nil {
			return
		}
		got := own.Draw(p)
		harmless(t, string(got))
		if _, err := draw.ReadOwn([]byte(got)); err != nil {
			t.Fatalf("%v in what was drawn: %s", err, got)
		}
	})
}

// harmless fails on an element or attribute that a drawing has no need of.
func harmless(t *testing.T, drawing string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(drawing)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, drawing)
		}
		e, is := token.(xml.StartElement)
		if !is {
			continue
		}
		if !strings.Contains(" svg g path rect circle ellipse line polyline polygon text tspan title desc ", " "+e.Name.Local+" ") {
			t.Fatalf("<%s> in %s", e.Name.Local, drawing)
		}
		for _, a := range e.Attr {
			value := strings.ToLower(a.Value)
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "href" || strings.Contains(value, "url(") || strings.Contains(value, "javascript") {
				t.Fatalf("%s=%q in %s", a.Name.Local, a.Value, drawing)
			}
		}
	}
}
