package journal_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/journal"
	"kidoban/device"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	tokyo  = time.FixedZone("JST", 9*60*60)
	origin = journal.Origin{Site: "maizuru", Controller: "main-ctl", Journal: "5f3a91c0",
		Boot: "0e6d2f0c-6f53-4c7e-8a64-6a0a2f6d1c11", Zone: tokyo}
	salt = [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
)

func sample(t journal.Type) journal.Entry {
	return journal.Entry{
		At:     device.Instant{Wall: time.Date(2026, 4, 1, 9, 5, 12, 482e6, tokyo), Mono: 12345678 * time.Millisecond},
		Synced: true, Type: t, Severity: journal.Info, Subject: "door/room/entry",
		Data: journal.Data{Door: "room", Direction: "entry", Reader: "entry", Person: "p-0012", Credential: "c-0034", Rule: "art20.1.2",
			LatencyUS: 1830},
	}
}

func seal(t testing.TB, e journal.Entry, seq uint64) []byte {
	t.Helper()
	b, err := e.Seal(nil, origin, seq, salt)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Pitfall 1: every kind is distinct, round-trips, and has a golden file.
func TestGolden(t *testing.T) {
	seen := map[string]journal.Type{}
	for _, typ := range journal.Types() {
		e := sample(typ)
		got := seal(t, e, 1234)
		path := filepath.Join("testdata", "golden", string(typ)+".json")
		if *update {
			if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got)+"\n" != string(want) {
			t.Errorf("%s is sealed as\n%s\nnot as\n%s", typ, got, want)
		}
		s, err := journal.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(normal(s.Entry), normal(e)) || s.Sequence != 1234 || s.Salt != salt {
			t.Errorf("%s reads back as %+v", typ, s)
		}
		if other, twice := seen[string(typ)]; twice {
			t.Errorf("%s and %s are the same on the wire", typ, other)
		}
		seen[string(typ)] = typ
		if journal.TypeOf(got) != typ || !strings.HasPrefix(string(typ), journal.TypeOf(got).Class()+".") {
			t.Errorf("%s has type %s, class %s", typ, journal.TypeOf(got), typ.Class())
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.json"))
	if err != nil || len(files) != len(journal.Types()) {
		t.Errorf("%d golden files for %d types, %v", len(files), len(journal.Types()), err)
	}
}

// Pitfall 2: the closed list holds every type that is declared, once.
func TestTypesListsEveryDeclaredType(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "types.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Type" {
				t.Errorf("%s is not a Type", v.Names[0].Name)
			}
			declared[strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`)] = true
		}
	}
	listed := map[string]bool{}
	for _, typ := range journal.Types() {
		listed[string(typ)] = true
		if !typ.Known() {
			t.Errorf("%s is listed and not known", typ)
		}
	}
	if !reflect.DeepEqual(declared, listed) || len(listed) != len(journal.Types()) {
		t.Errorf("declared %d types, listed %d", len(declared), len(journal.Types()))
	}
	if journal.Type("door.ajar").Known() {
		t.Error("door.ajar is known")
	}
}

func normal(e journal.Entry) journal.Entry {
	e.At.Wall = e.At.Wall.In(tokyo).Truncate(time.Millisecond)
	e.At.Mono = e.At.Mono.Truncate(time.Millisecond)
	e.Private = nil
	e.Data.Private = ""
	if e.Severity == "" {
		e.Severity = journal.Info
	}
	return e
}

func anyData(t *rapid.T) journal.Data {
	var d journal.Data
	v := reflect.ValueOf(&d).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Name == "Private" || !rapid.Bool().Draw(t, "set") {
			continue
		}
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(rapid.OneOf(rapid.String(), rapid.Just("<a href='x'>&\u2028\u2029\x00\x7f\"\\/𠮷"),
				rapid.Just("bad \xff\xc0 utf")).Draw(t, "string"))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int64:
			f.SetInt(rapid.Int64().Draw(t, "int"))
		}
	}
	return d
}

// What the hand-written appender makes of every member of Data is what encoding/json makes of the struct.
func TestDataIsThatOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := sample(journal.AccessDenied)
		e.Data = anyData(t)
		got, err := e.Seal(nil, origin, 7, salt)
		if errors.Is(err, journal.ErrTooLong) {
			t.Skip()
		}
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e.Data); err != nil {
			t.Fatal(err)
		}
		_, data, ok := bytes.Cut(got, []byte(`,"data":`))
		if !ok || string(data) != strings.TrimSuffix(want.String(), "\n")+"}" {
			t.Fatalf("sealed %s\nwant   %s", data, want.Bytes())
		}
		var all map[string]any
		if err := json.Unmarshal(got, &all); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSealReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := sample(rapid.SampledFrom(journal.Types()).Draw(t, "type"))
		e.Subject = rapid.StringMatching(`[ -~]{0,40}`).Draw(t, "subject")
		e.Synced = rapid.Bool().Draw(t, "synced")
		e.At.Wall = e.At.Wall.Add(time.Duration(rapid.Int64Range(-1e18, 1e18).Draw(t, "wall")))
		e.At.Mono = time.Duration(rapid.Int64Range(0, 1<<62).Draw(t, "mono"))
		e.Data.Detail = rapid.StringMatching(`[ -~ぁ-ん]{0,80}`).Draw(t, "detail")
		seq := rapid.Uint64Range(0, journal.MaxSequence).Draw(t, "sequence")
		b, err := e.Seal([]byte("before"), origin, seq, salt)
		if err != nil {
			t.Fatal(err)
		}
		s, err := journal.Parse(b[len("before"):])
		if err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		if s.Sequence != seq || s.Origin.Line() != origin.Line() || !s.Entry.At.Wall.Equal(normal(e).At.Wall) {
			t.Fatalf("reads back as %+v", s)
		}
		again, err := s.Entry.Seal(nil, journal.Origin{Site: s.Origin.Site, Controller: s.Origin.Controller,
			Journal: s.Origin.Journal, Boot: s.Origin.Boot, Zone: tokyo}, seq, s.Salt)
		if err != nil || string(again) != string(b[len("before"):]) {
			t.Fatalf("seals again as\n%s\nnot\n%s", again, b)
		}
	})
}

func TestPrivatePartIsBoundByHash(t *testing.T) {
	e := sample(journal.CredentialIssued)
	e.Private = []byte(`{"salt":"00","name":"木戸 番"}`)
	e.Data.Private = "what the caller says does not count"
	b := seal(t, e, 1)
	s, err := journal.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if sum, err := hex.DecodeString(s.Entry.Data.Private); err != nil || len(sum) != 32 {
		t.Errorf("data.private is %q", s.Entry.Data.Private)
	}
	if bytes.Contains(b, []byte("木戸")) {
		t.Error("the name is in the entry")
	}
	e.Private = nil
	if b := seal(t, e, 1); bytes.Contains(b, []byte(`"private"`)) {
		t.Errorf("data.private without a private part: %s", b)
	}
}

func TestSealRefuses(t *testing.T) {
	long, unknown, loose := sample(journal.DoorFault), sample("door.ajar"), sample(journal.DoorFault)
	long.Data.Detail = strings.Repeat("x", journal.MaxPayload)
	loose.Private = []byte("{\n}")
	for name, c := range map[string]struct {
		e   journal.Entry
		seq uint64
	}{
		"over 8 KiB":           {long, 1},
		"unknown type":         {unknown, 1},
		"19 digits":            {sample(journal.DoorFault), journal.MaxSequence + 1},
		"private on two lines": {loose, 1},
	} {
		if b, err := c.e.Seal([]byte("kept"), origin, c.seq, salt); err == nil || string(b) != "kept" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	if _, err := long.Seal(nil, origin, 1, salt); !errors.Is(err, journal.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

func TestSealDoesNotAllocate(t *testing.T) {
	e, dst := sample(journal.AccessGranted), make([]byte, 0, journal.MaxPayload)
	if n := testing.AllocsPerRun(100, func() { dst, _ = e.Seal(dst[:0], origin, 1234, salt) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestParseIsStrict(t *testing.T) {
	good := string(seal(t, sample(journal.AccessGranted), 1234))
	for name, c := range map[string][2]string{
		"white space":        {`,"source"`, `, "source"`},
		"a member twice":     {`"severity":"info"`, `"severity":"info","severity":"info"`},
		"escaped name":       {`"severity":`, `"s\u0065verity":`},
		"data twice":         {`"door":"room"`, `"door":"room","door":"hall"`},
		"another number":     {`"sequence":"000000000000001234"`, `"sequence":"000000000000001235"`},
		"17 digits":          {`"sequence":"000000000000001234"`, `"sequence":"00000000000001234"`},
		"no milliseconds":    {`12.482+09:00`, `12+09:00`},
		"another controller": {`"source":"kidoban/maizuru/main-ctl"`, `"source":"kidoban/maizuru/other"`},
		"upper-case salt":    {`"salt":"0102030405060708090a`, `"salt":"0102030405060708090A`},
		"another clock":      {`"clock":"synchronised"`, `"clock":"sure"`},
		"padded monotonic":   {`"monotonic":"1`, `"monotonic":"01`},
		"another version":    {`"specversion":"1.0"`, `"specversion":"0.3"`},
		"foreign type":       {`"type":"kidoban.`, `"type":"other.`},
		"missing":            {`"severity":"info",`, ``},
		"number as text":     {`"latency_us":1830`, `"latency_us":"1830"`},
		"a float":            {`"latency_us":1830`, `"latency_us":1.5`},
		"trailing":           {`}}`, `}} `},
		"cut":                {`}}`, `}`},
		"bad UTF-8":          {`"room"`, "\"ro\xffom\""},
		"raw newline":        {`"room"`, "\"ro\nom\""},
		"too deep":           {`"data":{`, `"x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `,"data":{`},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("%s: nothing replaced", name)
		}
		if _, err := journal.Parse([]byte(bad)); err == nil {
			t.Errorf("%s is accepted: %s", name, bad)
		}
	}
}

func TestParseToleratesWhatIsNew(t *testing.T) {
	good := string(seal(t, sample(journal.AccessGranted), 1234))
	for name, c := range map[string][2]string{
		"type":             {"kidoban.access.granted", "kidoban.bell.rung"},
		"member":           {`"data":{`, `"traceparent":{"a":[1,null,{"b":"c"}]},"data":{`},
		"member of data":   {`"data":{`, `"data":{"weather":["rain",2.5e3],`},
		"another severity": {`"severity":"info"`, `"severity":"grave"`},
	} {
		s, err := journal.Parse([]byte(strings.Replace(good, c[0], c[1], 1)))
		if err != nil || s.Sequence != 1234 || s.Entry.Data.Door != "room" {
			t.Errorf("unknown %s: %+v, %v", name, s, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, typ := range journal.Types()[:8] {
		f.Add(seal(f, sample(typ), 99))
	}
	f.Add([]byte(`{"specversion":"1.0","id":"\ud800"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := journal.Parse(b)
		if err != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatalf("accepted what is not JSON: %q", b)
		}
		var other struct {
			Sequence string
			Data     map[string]any
		}
		if err := json.Unmarshal(b, &other); err != nil {
			t.Fatal(err)
		}
		if !s.Entry.Type.Known() || bytes.ContainsRune(b, '\\') {
			return
		}
		again, err := s.Entry.Seal(nil, journal.Origin{Site: s.Origin.Site, Controller: s.Origin.Controller,
			Journal: s.Origin.Journal, Boot: s.Origin.Boot, Zone: s.Entry.At.Wall.Location()}, s.Sequence, s.Salt)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := journal.Parse(again); err != nil || r.Sequence != s.Sequence || r.Entry.Type != s.Entry.Type {
			t.Fatalf("%s\nseals again as\n%s\n%v", b, again, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	e, dst := sample(journal.AccessGranted), make([]byte, 0, journal.MaxPayload)
	for b.Loop() {
		dst, _ = e.Seal(dst[:0], origin, 1234, salt)
	}
}

func BenchmarkParse(b *testing.B) {
	p := seal(b, sample(journal.AccessGranted), 1234)
	for b.Loop() {
		if _, err := journal.Parse(p); err != nil {
			b.Fatal(err)
		}
	}
}
