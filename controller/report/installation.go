package report

import (
	"fmt"
	"io"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Installation is 設置・検収記録: what was found of each point of the wiring and of the machine when the site was set up, by
// whom, and under which configuration.
type Installation struct {
	Points  []InstalledPoint
	Machine []InstalledPart
	Version string // of the program
	Digest  string // of the configuration
}

// InstalledPoint is one point of the wiring.
type InstalledPoint struct {
	Place   string // what people call the door, "" = the controller
	Kind    string // a word of the record: "contact"
	Side    string // "entry", "exit", ""
	Result  string // "passed", "failed", "skipped", "" = not yet checked
	ByEye   bool
	Changed bool // the configuration was changed since
	Act     ledger.Act
	Account string
	Reason  string
}

// InstalledPart is one finding about the machine and what it is connected with.
type InstalledPart struct {
	What  string // "clock"
	State string // "well", "bad", "none"
	Until time.Time
}

var installedKinds = map[string]word{
	"contact": {"扉センサー", "door contact"}, "exit button": {"退室ボタン", "exit button"}, "strike": {"電気錠", "strike"},
	"handle": {"機械式の非常解錠", "mechanical way out"}, "reader": {"読取機", "reader"}, "keypad": {"キーパッド", "keypad"},
	"tamper": {"取外し検知", "tamper switch"}, "alarm lamp": {"警報灯", "alarm lamp"}, "siren": {"警報音", "siren"},
	"fire": {"火災信号", "fire signal"}, "mains": {"商用電源", "mains power"},
}

var installedSides = map[string]word{"entry": {"(入口)", " (entry)"}, "exit": {"(出口)", " (exit)"}}

var installedResults = map[string]word{
	"passed": {"合格", "passed"}, "failed": {"不合格", "failed"}, "skipped": {"省略", "skipped"}, "": {"未点検", "not checked"},
}

var installedParts = map[string]word{
	"clock": {"時計の同期", "clock"}, "record": {"記録の保存", "record"}, "central": {"中央記録との接続", "central log"},
	"backup": {"控え(26時間以内)", "backup (within 26 hours)"}, "certificate": {"中継サーバー用の証明書", "certificate for the broker"},
	"officer": {"市民課長の登録", "holder of the post of security officer"}, "managers": {"利用者を管理する2名", "two persons who manage accounts"},
}

var installedStates = map[string]word{"well": {"良", "well"}, "bad": {"要対応", "needs attention"}, "none": {"設置なし", "not there"}}

func (h *Head) wordOf(words map[string]word, key string) string {
	if w, known := words[key]; known {
		return h.say(w)
	}
	return h.orElse(key, unknown)
}

func (i Installation) list(h *Head) list {
	l := list{
		page: page{
			title: word{"設置・検収記録", "Record of installation and acceptance"}, article: word{"第13条(運用基準)", ", Article 13 (by practice)"},
			sub: h.day(h.At, unknown).text[0].S,
		},
		least: 20,
		columns: []column{
			{word{"番号", "No."}, 26, sheet.Center}, {word{"場所", "Place"}, 84, sheet.Left}, {word{"点検箇所", "Point"}, 92, sheet.Left},
			{word{"結果", "Result"}, 56, sheet.Center}, {word{"確認の方法", "Seen by"}, 62, sheet.Left}, {word{"日時", "When"}, 66, sheet.Left},
			{word{"点検者", "By"}, 74, sheet.Left}, {word{"備考", "Remarks"}, 96, sheet.Left},
		},
	}
	for n := range i.Points {
		l.rows = append(l.rows, i.Points[n].row(h, n+1))
	}
	l.after = []sheet.Block{spacer, h.fields(i.facts(h)), spacer, h.seals(word{"設置者", "Installer"}, word{"システム管理者", "System manager"}, h.officer())}
	return l
}

func (p *InstalledPoint) row(h *Head, n int) []value {
	place := p.Place
	if place == "" {
		place = h.say(word{"制御装置", "controller"})
	}
	side := ""
	if w, known := installedSides[p.Side]; known {
		side = h.say(w)
	}
	how, remarks := h.say(none), p.Reason
	if p.Result == "passed" {
		how = h.say(word{"装置の検出", "the panel"})
		if p.ByEye {
			how = h.say(word{"目視", "eye"})
		}
	}
	if p.Changed {
		remarks = fmt.Sprintf("%s%s", h.say(word{"点検後に設定を変更。", "Configuration changed since. "}), remarks)
	}
	by := p.Account
	if p.Act.Name != "" {
		by = h.who(p.Act)
	}
	return []value{
		plain(itoa(n)), plain(place), plain(h.wordOf(installedKinds, p.Kind) + side), plain(h.wordOf(installedResults, p.Result)),
		plain(how), h.time(p.Act.At, none), h.written(by), h.written(remarks),
	}
}

// facts are what stands under the points: the machine, the versions.
func (i Installation) facts(h *Head) (out []field) {
	for _, m := range i.Machine {
		v := plain(h.wordOf(installedStates, m.State))
		if !m.Until.IsZero() {
			v = plain(v.csv + h.say(word{"(有効期限 ", " (valid until "}) + m.Until.In(access.JST).Format(time.DateOnly) + h.say(word{")", ")"}))
		}
		w, known := installedParts[m.What]
		if !known {
			w = word{m.What, m.What}
		}
		out = append(out, field{label: w, value: v})
	}
	return append(out,
		field{label: word{"プログラムの版", "Version"}, value: h.known(i.Version)},
		field{label: word{"設定の要約値", "Digest of the configuration"}, value: h.known(i.Digest)})
}

// Doc lays out the record.
func (i Installation) Doc(h Head) sheet.Doc { l := i.list(&h); return l.doc(h) }

// CSV writes the points.
func (i Installation) CSV(w io.Writer, h Head) error { l := i.list(&h); return l.csv(w, h) }
