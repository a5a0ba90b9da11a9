package draw_test

import (
	"flag"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/draw"
)

var update = flag.Bool("update", false, "write the pictures of testdata anew")

var (
	april = time.Date(2026, time.April, 1, 0, 0, 0, 0, access.JST)
	hours = []int{0, 0, 0, 0, 0, 0, 1, 3, 38, 52, 41, 22, 12, 35, 44, 31, 27, 19, 8, 3, 1, 0, 0, 0}
	calls = []int{0, 0, 0, 0, 0, 0, 0, 0, 2, 9, 7, 3, 0, 6, 8, 4, 1, 0, 0, 0, 0, 0, 0, 0}
	daily = []int{112, 98, 105, 9, 4, 120, 118, 99, 97, 110, 3, 2, 101, 96, 88, 104, 111, 5, 0, 99, 102, 107, 95, 90, 6, 3, 100, 94, 1, 60}
	guest = []int{12, 0, 5, 0, 0, 10, 8, 9, 7, 11, 0, 0, 10, 6, 8, 4, 11, 0, 0, 9, 2, 7, 5, 9, 0, 0, 10, 4, 0, 6}
)

func plan(l access.Language) draw.Plan {
	whole := func(d draw.Door) draw.Door {
		d.Entry, d.Exit, d.Button, d.Lamp = draw.Well, draw.Well, draw.Well, draw.Well
		return d
	}
	return draw.Plan{Lang: l, Zones: []draw.Zone{
		{Name: "room", Title: "住基ネット管理室", Doors: []draw.Door{
			whole(draw.Door{Name: "room", Title: "正面扉", Position: "open", Lock: "released", Mode: "normal", Alarm: "none"}),
		}, People: []draw.Person{
			{ID: "0201", Name: "青木 花子"}, {ID: "0202", Name: "𠮷田 太郎"},
			{ID: "K-001", Name: "山﨑 𠮷男", Visitor: true, Escort: "0202"}, {ID: "K-002", Visitor: true, Escort: "0202"}, {ID: "K-003", Visitor: true, Escort: "gone"},
		}},
		{Name: "store", Title: "媒体保管庫", Doors: []draw.Door{
			whole(draw.Door{Name: "a", Title: "東", Position: "closed", Lock: "locked", Alarm: "none"}),
			whole(draw.Door{Name: "b", Title: "西", Position: "open", Lock: "locked", Alarm: "held", Mode: "lockdown"}),
			{Name: "c", Title: "搬入口", Position: "unknown", Lock: "?", Alarm: "fault", Tampered: true, Entry: draw.Faulty, Exit: draw.Well},
			whole(draw.Door{Name: "d", Title: "非常口", Position: "closed", Lock: "locked", Alarm: "none"}),
		}},
	}}
}

// drawings are what testdata has a picture of.
func drawings(l access.Language) map[string]template.HTML {
	bounds := []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}
	code, _ := draw.NewCode("http://localhost:8080/")
	reasons := map[access.Language][]string{
		access.Japanese: {"許可なし", "立会者不在", "登録のないカード", "読取失敗", "紛失届のあるカード"},
		access.English:  {"no permit", "escort missing", "unknown card", "misread", "card reported lost"},
	}
	return map[string]template.HTML{
		"hours":  draw.Columns(draw.Hours(l, "h", hours, calls)),
		"days":   draw.Columns(draw.Days(l, "d", april, daily, guest, nil)),
		"months": draw.Columns(draw.Months(l, "m", april, []int{2105, 1980, 2230, 2101, 1820, 2045, 2150, 1990, 1877, 1760, 1905, 2310}, []int{150, 160, 140, 130, 90, 155, 170, 165, 120, 100, 140, 210})),
		"stays":  draw.Columns(draw.Stays(l, "s", bounds, []int{310, 820, 540, 330, 120, 40, 12, 2}, []int{0, 6, 22, 60, 44, 18, 6, 1})),
		"kinds":  draw.Rows(draw.Kinds(l, "k", map[access.Language]string{access.Japanese: "入室不可の理由", access.English: "Refusals by reason"}[l], "", reasons[l], []int{31, 12, 9, 5, 1})),
		"empty":  draw.Columns(draw.Days(l, "e", april, make([]int, 30), nil, nil)),
		"none":   draw.Rows(draw.Kinds(l, "n", "警報", "", nil, nil)),
		"plan":   plan(l).Draw(),
		"code":   code.SVG("http://localhost:8080/"),
	}
}

var languages = map[string]access.Language{"ja": access.Japanese, "en": access.English}

// The pictures of testdata are what is drawn; look at them after -update.
func TestPictures(t *testing.T) {
	for name, l := range languages {
		for what, got := range drawings(l) {
			path := filepath.Join("testdata", what+"."+name+".svg")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(got) {
				t.Errorf("%s is drawn otherwise than %s has it; look at it, then -update", what, path)
			}
		}
	}
	_ = maps.Keys(languages)
}
