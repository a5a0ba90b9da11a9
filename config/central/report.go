package central

import "fmt"

// Report is what the central log's forms and packs say beside their lines.
type Report struct {
	// Name of the city or the office on every form. Default: site. [セキュリティ責任者]
	City string `toml:"city"`
	// The regulation and the version in force, printed with what rests on it.
	// Default: the regulation of Maizuru as amended on 1 April 2023. [訓令]
	RuleBasis string `toml:"rule_basis"`
	// Rooms by the names that forms print. A zone that is not among them is printed by its own name. [セキュリティ責任者]
	Rooms []Room `toml:"room"`
}

// Room is a zone of a controller as forms call it.
type Room struct {
	// The controller, with its site where two sites have one of that name ("maizuru/main-ctl"). Default "": any.
	// [システム管理者(23(3))]
	Controller string `toml:"controller"`
	// The zone's name in that controller's configuration. Required. [システム管理者(23(3))]
	Zone string `toml:"zone"`
	// What forms call it, as 住基ネット管理室. Required. [セキュリティ責任者]
	Title string `toml:"title"`
	// Who answers for it: "security-officer" or "west-branch-head". Default "security-officer". [訓令]
	Officer string `toml:"officer"`
}

// SetDefaults implements source.Defaulter.
func (r *Report) SetDefaults() {
	r.RuleBasis = "舞鶴市住民基本台帳ネットワークシステムに係るセキュリティの確保等に関する規程(平成14年訓令甲第5号、令和5年4月1日施行)"
}

// SetDefaults implements source.Defaulter.
func (r *Room) SetDefaults() { r.Officer = "security-officer" }

func (r *Report) check(k *checker) {
	if r.RuleBasis == "" {
		k.refuse("report.rule_basis", "is empty; name the regulation and its version, what is printed cites it")
	}
	for i := range r.Rooms {
		room, path := &r.Rooms[i], fmt.Sprintf("report.room[%d]", i)
		k.name(path+".zone", room.Zone)
		if room.Title == "" {
			k.refuse(path+".title", "is missing; say what forms call the room")
		}
		k.oneOf(path+".officer", room.Officer, "security-officer", "west-branch-head")
	}
}
