package words_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/words"
	"kidoban/controller/journal"
	"kidoban/device"
)

var languages = []access.Language{access.Japanese, access.English}

func sealed(t journal.Type, sev journal.Severity, d journal.Data) journal.Sealed {
	return journal.Sealed{Sequence: 7, Entry: journal.Entry{
		At: device.Instant{Wall: time.Date(2026, 11, 23, 16, 50, 3, 0, access.JST)}, Synced: true, Type: t, Severity: sev, Data: d,
	}}
}

// full is data whose every member says something of its own.
func full(t *testing.T) (d journal.Data, said map[string]string) {
	said = map[string]string{}
	v := reflect.ValueOf(&d).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch v.Field(i).Kind() {
		case reflect.String:
			v.Field(i).SetString("Zz-" + name)
			said[name] = "Zz-" + name
		case reflect.Int64:
			v.Field(i).SetInt(int64(3000 + i))
		case reflect.Bool:
			v.Field(i).SetBool(name != "drill")
		default:
			t.Fatalf("%s: what kind of member is that?", name)
		}
	}
	return d, said
}

func whole(l words.Line) string {
	parts := []string{l.What, l.Where, l.Who, l.By}
	for _, d := range l.About {
		parts = append(parts, d.Name+"="+d.Value)
	}
	return strings.Join(parts, " | ")
}

// TestEveryType: every type is said in both languages, and whatever its data holds is said, under a name.
func TestEveryType(t *testing.T) {
	d, members := full(t)
	for _, typ := range journal.Types() {
		said := map[string]bool{}
		for _, l := range languages {
			line := words.Entry(l, sealed(typ, journal.Notice, d), nil)
			text := whole(line)
			if line.What == "" || strings.HasPrefix(line.What, string(typ)) || line.Sequence != 7 || line.Type != typ || said[line.What] {
				t.Errorf("%s: %q", typ, line.What)
			}
			said[line.What] = true
			for name, value := range members {
				if name != "private" && !strings.Contains(text, value) && name != "rule" {
					t.Errorf("%s does not say %s: %s", typ, name, text)
				}
			}
			for _, about := range line.About {
				if about.Name == "" || about.Value == "" || l == access.Japanese && asciiOnly(about.Name) {
					t.Errorf("%s: %+v", typ, about)
				}
			}
			empty := words.Entry(l, sealed(typ, journal.Notice, journal.Data{}), nil)
			if empty.What == "" || strings.ContainsAny(empty.What, "{}") || len(empty.About) > 0 || strings.HasSuffix(empty.What, "()") {
				t.Errorf("%s with nothing: %+v", typ, empty)
			}
			if l == access.Japanese && (asciiOnly(empty.What) || strings.Contains(empty.What, "拒否")) {
				t.Errorf("%s is not Japanese: %s", typ, empty.What)
			}
		}
	}
}

func asciiOnly(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }

func TestEntry(t *testing.T) {
	names := func(id string) string { return map[string]string{"p-1": "木戸 番", "p-2": "夜回 り"}[id] }
	for _, c := range []struct {
		t    journal.Type
		d    journal.Data
		l    access.Language
		want string // what | where | who | by | about
	}{
		{journal.AccessGranted, journal.Data{Door: "front", Direction: "entry", Person: "p-1", Rule: "art20.1.2"}, access.Japanese,
			"入室を許可しました | front 入室側 | 木戸 番 |  | 根拠=第20条第1項第2号"},
		{journal.AccessGranted, journal.Data{Door: "front", Direction: "entry", Account: "sato", DurationMS: 5000}, access.Japanese,
			"画面から解錠しました | front 入室側 |  | sato | 時間=5秒"},
		{journal.AccessGranted, journal.Data{Door: "front", Direction: "exit", Person: "p-9", Reason: "antipassback"}, access.English,
			"released for leaving, against a rule (anti-passback) | front exit | p-9 | "},
		{journal.AccessDenied, journal.Data{Door: "front", Direction: "entry", Person: "p-1", Reason: "escort_missing"}, access.Japanese,
			"入室不可(立会者不在) | front 入室側 | 木戸 番 | "},
		{journal.DoorForced, journal.Data{Door: "front"}, access.Japanese, "不正開扉 | front |  | "},
		{journal.DoorHeld, journal.Data{Door: "front", DurationMS: 62000}, access.Japanese, "扉の閉め忘れ(開放超過) | front |  |  | 時間=1分2秒"},
		{journal.DoorModeChanged, journal.Data{Door: "front", Mode: "lockdown", Account: "sato", Until: "2026-11-23T18:00:00+09:00"}, access.Japanese,
			"入室を停止しました(退室はできます) | front |  | sato | 区分=入室停止中(退室はできます) | 終わり=令和8年11月23日(月) 18:00"},
		{journal.AlarmRaised, journal.Data{Door: "front", Alarm: "door.forced/front/abc"}, access.Japanese,
			"警報が発生しました(不正開扉) | front |  |  | 警報=door.forced/front/abc"},
		{journal.VisitOpened, journal.Data{Zone: "room", Person: "p-2", Escort: "p-1", Visit: "2026-000001", Permit: "2026-0001"}, access.English,
			"an entry was written into the register | room | 夜回 り |  | permit=2026-0001 | visit=2026-000001 | escort=木戸 番"},
		{journal.VisitLeftWithoutConsent, journal.Data{Zone: "room", Person: "p-2", Reason: "requested", Rule: "art20.4"}, access.Japanese,
			"承諾のないまま退室しました(未承諾退室) | room | 夜回 り |  | 理由=承諾待ち | 根拠=第20条第4項"},
		{journal.ReaderMisread, journal.Data{Door: "front", Direction: "entry", Detail: "D0 and D1 look swapped: exchange the two wires"}, access.Japanese,
			"カードを読み取れませんでした | front 入室側 |  |  | 詳細=D0とD1が入れ替わっているようです。2本の線を入れ替えてください。"},
		{journal.SystemDegraded, journal.Data{Mode: "disk_nearly_full", Detail: "3% of the disk is free, less than 10%"}, access.Japanese,
			"機能が低下しています(記憶装置の空き不足) |  |  |  | 詳細=記憶装置の空きが3%です(10%未満)。"},
		{journal.AccountRefused, journal.Data{Account: "sato", Mode: "decide_permit", Zone: "room"}, access.Japanese,
			"権限のない操作がありました(許可する/許可しない) | room |  | sato"},
		{journal.EmergencyDeclared, journal.Data{Incident: "2026-I001", Mode: "lockdown", Drill: true}, access.Japanese,
			"【訓練】緊急事態を宣言しました(入室停止) |  |  |  | 緊急事態=2026-I001"},
		{journal.RosterChanged, journal.Data{Mode: "put", Point: "post", Person: "p-1", Rule: "security-officer", Account: "sato"}, access.Japanese,
			"名簿を変更しました(登録・変更) |  | 木戸 番 | sato | 根拠=市民課長(セキュリティ責任者) | 対象=職"},
		{journal.RosterChanged, journal.Data{Mode: "put", Point: "duty", Detail: "consent", Zone: "room"}, access.English,
			"the roster was changed (put) | room |  |  | what of=duty | detail=designee who consents to leaving"},
		{journal.JournalStarted, journal.Data{Succeeds: "k/a/1", Detail: "head signed by the controller alone; carried over as of entry 8"}, access.Japanese,
			"証跡を開始しました |  |  |  | 詳細=先頭の署名は制御装置のみ、記録8の時点を引き継ぎ | 引き継いだ証跡=k/a/1"},
		{journal.VisitOverstayed, journal.Data{Zone: "room", Person: "p-2", Reason: "too_long"}, access.Japanese,
			"滞在時間超過(滞在時間の上限) | room | 夜回 り | "},
		{journal.PermitGranted, journal.Data{Permit: "2026-0001", Zone: "room", Count: 2, From: "2026-04-01T09:00:00+09:00", Until: "2026-04-01T12:00:00+09:00"},
			access.Japanese, "入室を許可する決定がありました | room |  |  | 入室許可=2026-0001 | 許可期間の始まり=令和8年4月1日(水) 09:00 | " +
				"許可期間の終わり=令和8年4月1日(水) 12:00 | 人数=2"},
		{journal.AlarmEscalated, journal.Data{Door: "room", Zone: "room", Alarm: "access.granted/room/exit/x"}, access.Japanese,
			"受付がないため統括責任者へ通報しました(規則に合わない解錠・退室) | room |  |  | 警報=access.granted/room/exit/x"},
		{"future.happened", journal.Data{Door: "front", Mode: "new"}, access.Japanese, "future.happened | front |  |  | 区分=new"},
	} {
		if got := whole(words.Entry(c.l, sealed(c.t, journal.Info, c.d), names)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.t, got, c.want)
		}
	}
	if !words.Entry(access.English, sealed(journal.FireAlarmed, journal.Emergency, journal.Data{Drill: true}), nil).Drill {
		t.Error("a drill is not told to be one")
	}
}

// FuzzPayload: whatever stands where an entry should, a line comes of it.
func FuzzPayload(f *testing.F) {
	for _, typ := range []journal.Type{journal.AccessDenied, journal.AlarmRaised, journal.VisitOpened} {
		f.Add([]byte(`{"type":"kidoban.`+string(typ)+`"}`), string(typ), "x", int64(-1))
	}
	f.Add([]byte(`{"sequence":"000000000000000001","purged":true,"leaf":"x"}`), "", "2026-04-01T00:00:00Z", int64(1)<<62)
	f.Fuzz(func(t *testing.T, payload []byte, typ, word string, n int64) {
		d := journal.Data{
			Door: word, Direction: word, Person: word, Reason: word, Rule: word, Alarm: word, Mode: word, Point: word, Until: word, Detail: word,
			Zone: word, Post: word, From: word, Count: n, LatencyUS: n, DurationMS: n,
		}
		for _, l := range languages {
			if words.Payload(l, payload, nil).What == "" {
				t.Errorf("%q: nothing is said", payload)
			}
			e := sealed(journal.Type(typ), journal.Severity(word), d)
			e.Entry.At.Wall = time.Unix(n%1e11, 0)
			line := words.Entry(l, e, func(id string) string { return id })
			if typ != "" && line.What == "" || line.Who != word || !slices.Contains([]string{"info", "notice", "warning", "alert", "emergency"}, line.Severity.Class) {
				t.Errorf("%q %q: %+v", typ, word, line)
			}
		}
	})
}
