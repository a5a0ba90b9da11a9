package font

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestShape(t *testing.T) {
	for _, c := range []struct{ text, drawn, faces, notes string }{
		{"田中", "田中", "BIZUDGothic BIZUDGothic", ""},
		{"髙﨑", "髙﨑", "BIZUDGothic BIZUDGothic", ""},
		{"𠮷", "𠮷", "KidobanSupplement", ""},
		{"邉\U000E0100", "邉", "BIZUDGothic", ""},               // the font's own form
		{"邉\U000E0110", "邉", "BIZUDGothic", "U+9089 U+E0110"}, // a form that it lacks
		{"か\u3099は\u309a", "がぱ", "BIZUDGothic BIZUDGothic", ""},
		{"か\u309a", "か゜", "BIZUDGothic BIZUDGothic", ""},
		{"神", "神", "BIZUDGothic", ""}, // U+FA19: composing must not unify it
		{"\U00030EDE", "〓", "BIZUDGothic", "U+30EDE"},
		{"\ue000", "〓", "BIZUDGothic", "U+E000"},
		{"\x00", "〓", "BIZUDGothic", "U+0000"},
		{"\xff", "〓", "BIZUDGothic", "U+FFFD"},
		{"\u202e", "〓", "BIZUDGothic", "U+202E"},
		{"\u3099", "゛", "BIZUDGothic", ""},
		{"\U000E0100", "〓", "BIZUDGothic", "U+E0100"},
		{"", "", "", ""},
	} {
		s, err := Load()
		if err != nil {
			t.Fatal(err)
		}
		var drawn string
		var faces, notes []string
		for _, g := range s.Shape(c.text, false) {
			drawn += string(g.Draw)
			faces = append(faces, g.Face.Name[strings.Index(g.Face.Name, "+")+1:])
			if g.Note != "" {
				notes = append(notes, g.Note)
			}
		}
		if got := strings.Join(faces, " "); drawn != c.drawn || got != c.faces || strings.Join(notes, ",") != c.notes {
			t.Errorf("%+q is drawn as %q by %s, noted %q", c.text, drawn, got, notes)
		}
	}
}

// TestVariantsHaveCharacters draws a variant that has a glyph of its own by a character of its own.
func TestVariantsHaveCharacters(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	g := s.Shape("葛\U000E0100", false)[0]
	if g.Draw < proxies || g.Face.Back[g.Draw] != "葛\U000E0100" || g.Text != "葛\U000E0100" {
		t.Errorf("%+v", g)
	}
	c, err := readCmap(g.Face.Data)
	if err != nil {
		t.Fatal(err)
	}
	if c.glyph(g.Draw) == 0 || c.glyph(g.Draw) == c.glyph('葛') || c.glyph('葛') != g.Face.cmap.glyph('葛') {
		t.Error("the widened font does not have the variant beside the plain form")
	}
}

// TestFontsOnDisk come before the supplement, are read only when needed, and may be missing or broken.
func TestFontsOnDisk(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.ttf"), filepath.Join(dir, "bad.ttf")
	for name, b := range map[string][]byte{good: supplement, bad: regular[:5000]} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Load(filepath.Join(dir, "missing.ttf"), bad, good)
	if err != nil {
		t.Fatal(err)
	}
	if s.Shape("田中", false); len(s.more) != 0 {
		t.Error("a font is read that nobody needs")
	}
	if g := s.Shape("𠮷", true)[0]; !strings.HasSuffix(g.Face.Name, "+Extra") || g.Note != "" {
		t.Errorf("𠮷 is drawn by %s", g.Face.Name)
	}
	if f := s.Faults(); len(f) != 1 || !strings.Contains(f[0].Error(), bad) {
		t.Errorf("faults: %v", f)
	}
}

// FuzzFont reads whatever lies in a font file's place.
func FuzzFont(f *testing.F) {
	f.Add(supplement)
	for _, cut := range []int{0, 4, 12, 100, 5000} {
		f.Add(supplement[:cut])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 30_000 {
			return
		}
		face, err := newFace("x", b)
		if err != nil {
			return
		}
		for _, r := range "田𠮷\U000E0100\U00030EDE" {
			face.width(face.cmap.glyph(r))
		}
	})
}
