package draw_test

import (
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/console/draw"
)

// wellDrawn fails on what is no XML, has a number that is none, an id twice, a reference outside, or a text that reaches
// out of its drawing.
func wellDrawn(t rapid.TB, drawing template.HTML) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<all>" + string(drawing) + "</all>"))
	ids, box, size := map[string]bool{}, [2]float64{}, []float64{13}
	at, anchor := [2]float64{}, []string{"start"}
	var text *strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, drawing)
		}
		switch e := token.(type) {
		case xml.StartElement:
			size, anchor = append(size, size[len(size)-1]), append(anchor, anchor[len(anchor)-1])
			for _, a := range e.Attr {
				n, notNumber := strconv.ParseFloat(a.Value, 64)
				switch a.Name.Local {
				case "style", "onload", "onclick", "href":
					t.Fatalf("%s=%q", a.Name.Local, a.Value)
				case "id":
					if ids[a.Value] {
						t.Fatalf("id %q twice", a.Value)
					}
					ids[a.Value] = true
				case "viewBox":
					f := strings.Fields(a.Value)
					box[0], _ = strconv.ParseFloat(f[2], 64)
					box[1], _ = strconv.ParseFloat(f[3], 64)
				case "text-anchor":
					anchor[len(anchor)-1] = a.Value
				case "x", "y", "width", "height", "cx", "cy", "r", "font-size":
					if notNumber != nil || math.IsNaN(n) || math.IsInf(n, 0) || strings.HasPrefix(a.Name.Local, "w") && n < 0 {
						t.Fatalf("<%s %s=%q>", e.Name.Local, a.Name.Local, a.Value)
					}
					if a.Name.Local == "font-size" {
						size[len(size)-1] = n
					}
				case "d":
					if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
						t.Fatalf("d=%q", a.Value)
					}
				}
				switch a.Name.Local {
				case "x":
					at[0] = n
				case "y":
					at[1] = n
				}
			}
			if e.Name.Local == "text" {
				text = &strings.Builder{}
			}
		case xml.CharData:
			if text != nil {
				text.Write(e)
			}
		case xml.EndElement:
			if e.Name.Local == "text" {
				inside(t, text.String(), at, box, size[len(size)-1], anchor[len(anchor)-1])
				text = nil
			}
			size, anchor = size[:len(size)-1], anchor[:len(anchor)-1]
		}
	}
}

// inside fails on a text that its drawing cuts off. How wide it is, is reckoned anew: a Latin letter 0.6, others 1.
func inside(t rapid.TB, text string, at, box [2]float64, size float64, anchor string) {
	t.Helper()
	w := 0.0
	for _, r := range text {
		if r < 0x1100 {
			w += 0.6 * size
		} else {
			w += size
		}
	}
	left := at[0] - w*map[string]float64{"start": 0, "middle": 0.5, "end": 1}[anchor]
	slack := size / 2 // a letter is reckoned roughly, here as there
	if left < -slack || left+w > box[0]+slack || at[1]-size < -2 || at[1] > box[1]+0.5 {
		t.Fatalf("%q stands from %.1f to %.1f at %.1f in %v", text, left, left+w, at[1], box)
	}
}

func TestWhatIsDrawnIsWellDrawn(t *testing.T) {
	for name, l := range languages {
		for what, got := range drawings(l) {
			t.Run(what+"."+name, func(t *testing.T) { wellDrawn(t, got) })
		}
	}
}

var (
	anyText  = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "正面扉", "Front door", `"><script>alert(1)</script>`, strings.Repeat("長", 90)}))
	anyLang  = rapid.SampledFrom([]access.Language{access.Japanese, access.English})
	anyCount = rapid.OneOf(rapid.IntRange(0, 9), rapid.Int())
)

func TestAnyChartIsWellDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := func(label string, most int) []int { return rapid.SliceOfN(anyCount, 0, most).Draw(t, label) }
		l := anyLang.Draw(t, "lang")
		wellDrawn(t, draw.Columns(draw.Hours(l, "a", counts("staff", 30), counts("visitors", 30))))
		first := time.Date(rapid.IntRange(1900, 2200).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 1, 0, 0, 0, 0, access.JST)
		wellDrawn(t, draw.Columns(draw.Days(l, "a", first, counts("staff", 40), counts("visitors", 40), nil)))
		wellDrawn(t, draw.Columns(draw.Months(l, "a", first, counts("staff", 14), nil)))
		names := rapid.SliceOfN(anyText, 0, 12).Draw(t, "names")
		kinds := draw.Kinds(l, "a", anyText.Draw(t, "title"), anyText.Draw(t, "of"), names, counts("kinds", 12))
		wellDrawn(t, draw.Rows(kinds))
		wellDrawn(t, draw.Columns(kinds))
		wellDrawn(t, kinds.Draw())
	})
}

func TestAnyPlanIsWellDrawn(t *testing.T) {
	part := rapid.SampledFrom([]draw.Part{draw.None, draw.Well, draw.Faulty})
	door := func(i int, t *rapid.T) draw.Door {
		one := func(label string, of ...string) string { return rapid.SampledFrom(append(of, "?", "")).Draw(t, label) }
		return draw.Door{
			Name: "d" + strconv.Itoa(i), Title: anyText.Draw(t, "door"), Position: one("position", "open", "closed"), Lock: one("lock", "released", "locked"),
			Mode: one("mode", "lockdown", "normal"), Alarm: one("alarm", "held", "forced", "fault", "none"), Tampered: rapid.Bool().Draw(t, "tampered"),
			Entry: part.Draw(t, "entry"), Exit: part.Draw(t, "exit"), Button: part.Draw(t, "button"), Lamp: part.Draw(t, "lamp"),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		z := draw.Zone{Name: "room", Title: anyText.Draw(t, "zone")}
		for i := range rapid.IntRange(0, 8).Draw(t, "doors") {
			z.Doors = append(z.Doors, door(i, t))
		}
		for i := range rapid.IntRange(0, 60).Draw(t, "people") {
			z.People = append(z.People, draw.Person{
				ID: strconv.Itoa(i), Name: anyText.Draw(t, "name"), Visitor: rapid.Bool().Draw(t, "visitor"), Escort: strconv.Itoa(rapid.IntRange(0, 70).Draw(t, "escort")),
			})
		}
		wellDrawn(t, draw.Plan{Lang: anyLang.Draw(t, "lang"), Zones: []draw.Zone{z}}.Draw())
	})
}

// Every state of a door is said in words, not in colour alone.
func TestThePlanSaysEveryState(t *testing.T) {
	got := string(plan(access.Japanese).Draw())
	for _, words := range []string{"開・解錠", "閉・施錠", "開閉不明・施錠不明", "▲扉の閉め忘れ", "▲入室停止", "▲機器の異常", "▲機器の取外し・こじ開け", "読取機(入口側):異常", "在室 5人(職員 2人、入室者 3人)", "立会者不在", "在室者なし"} {
		if !strings.Contains(got, words) {
			t.Errorf("the plan does not say %s", words)
		}
	}
}

// The scale has few steps that people count in, and room for what stands on it.
func TestColumnsNameTheHighest(t *testing.T) {
	for n, want := range map[int]string{1: ">2<", 4: ">5<", 9: ">10<", 61: ">80<", 1234: ">1,500<", 99999: ">100,000<"} {
		got := string(draw.Columns(draw.Hours(access.English, "a", []int{n}, nil)))
		if !strings.Contains(got, want) {
			t.Errorf("%d: no %s on the axis", n, want)
		}
	}
}

func TestHolidaysAreMarked(t *testing.T) {
	c := draw.Days(access.Japanese, "a", april, daily, guest, func(d time.Time) bool { return d.Day() == 30 })
	off := ""
	for _, k := range c.Categories {
		if k.Off {
			off += " " + k.Name
		}
	}
	if want := " 4月4日(土) 4月5日(日) 4月11日(土) 4月12日(日) 4月18日(土) 4月19日(日) 4月25日(土) 4月26日(日) 4月29日(水・昭和の日) 4月30日(木)"; off != want {
		t.Errorf("off are%s", off)
	}
}
