// Package config is one controller's configuration file: TOML, strict, checked as a whole before anything starts.
//
// Parse reports every problem of a file at once, each by file, line and column with what to do: unknown keys, wrong types,
// values out of their range, and combinations that would hold someone in, let someone in, or lose a record, each refused
// with its reason. What is allowed but worth a thought is a Warning. A Config without problems names lines, zones, doors
// and accounts that fit together; whether the lines exist and the directories are private is found out at start.
//
// The comments of the structs are the manual, and README.md is printed from them. Each key says its unit, its default,
// what it excludes, and last in brackets who sets it: 訓令 (the regulation itself), 市長(26), セキュリティ責任者,
// システム管理者(23(3)), or 製品既定値 (nobody need: the product's own value).
package config

// Config is the file.
type Config struct {
	// First part of every topic: a lower-case name of letters, digits and hyphens, 1 to 32 long, a letter or digit first.
	// Required. It is in every entry's identity: a changed name is a new log to all who read it. [システム管理者(23(3))]
	Site string `toml:"site"`
	// This daemon's name, of the same form, unlike any other's of the site. Required. [システム管理者(23(3))]
	Controller string `toml:"controller"`
	// The regulation and the version in force, printed with what rests on it.
	// Default: the regulation of Maizuru as amended on 1 April 2023. [訓令]
	RuleBasis string `toml:"rule_basis"`

	Contact   Contact   `toml:"contact"`
	Storage   Storage   `toml:"storage"`
	Backup    Backup    `toml:"backup"`
	Clock     Clock     `toml:"clock"`
	MQTT      MQTT      `toml:"mqtt"`
	Access    Access    `toml:"access"`
	Alarms    Alarms    `toml:"alarms"`
	Health    Health    `toml:"health"`
	Metrics   Metrics   `toml:"metrics"`
	Duties    Duties    `toml:"duties"`
	Retention Retention `toml:"retention"`
	Visits    Visits    `toml:"visits"`
	Roster    Roster    `toml:"roster"`
	Panel     Panel     `toml:"panel"`
	Zones     []Zone    `toml:"zone"`
	Doors     []Door    `toml:"door"`
	Accounts  []Account `toml:"account"`
	Socket    Socket    `toml:"socket"`
	Console   Console   `toml:"console"`
	Directory Directory `toml:"directory"`

	HomeAssistant HomeAssistant `toml:"home_assistant"`

	warnings []Problem
}

// Contact is whom the sentences at the door name ({連絡先}).
type Contact struct {
	// Whom to call in office hours: a section and an extension. Default "" (a warning). [セキュリティ責任者]
	Day string `toml:"day"`
	// Whom to call at all other hours. Default "" (a warning). [セキュリティ責任者]
	Night string `toml:"night"`
}

// Storage is where things lie.
type Storage struct {
	// Directory of the database and what belongs to it, private to the daemon. Back it up. Default "/var/lib/kidoban".
	// [システム管理者(23(3))]
	Data string `toml:"data"`
	// Directory of the signing key and the card key. Default "": systemd's credentials directory. Neither inside the data
	// directory nor around it, so that no backup of the one carries the other. [システム管理者(23(3))]
	Keys string `toml:"keys"`
}

// Clock says how far the wall clock is to be believed. Times at the door run on the monotonic clock whatever it says.
type Clock struct {
	// The board has a clock with a battery of its own. Default false. [システム管理者(23(3))]
	RTC bool `toml:"rtc"`
	// With a clock neither synchronised nor battery-backed, Article 20(1) entries are granted if they would be granted at
	// every instant from the last recorded time to this long after it. 0 to 31 days; 0 grants none. Default "168h".
	// [セキュリティ責任者]
	Grace Duration `toml:"clock_grace"`
	// Believe the wall clock as it is. For demonstrations; with panel.kind "gpio" a warning. Default false. [製品既定値]
	Unchecked bool `toml:"unchecked"`
}

// Account maps one user of the machine to a name in the record. Users without an account may only read.
type Account struct {
	// The name in the record, of the form of site; two accounts never share one. Required. [システム管理者(23(3))]
	Name string `toml:"name"`
	// The user's numeric id on this machine (id -u); two accounts never share one. Required. [システム管理者(23(3))]
	UID int `toml:"uid"`
	// The person's id in the roster: the account is then what that person is by post and duty. Default "": it only sets
	// the machine up. [セキュリティ責任者]
	Person string `toml:"person"`
	// What the account may do beside reading: "operate" (release, lock down, acknowledge alarms) and "roster" (people and
	// cards, as long as the post of 市民課長 has no holder in the roster). With a person, and duties.four_eyes as it should
	// be, post and duty decide alone. Default [] (read only). [セキュリティ責任者]
	May []string `toml:"may"`
}

// Socket is where the command line finds the daemon.
type Socket struct {
	// Path of the Unix socket, absolute and under 108 octets, or relative to the daemon's working directory.
	// Default "/run/kidoban/kidoban.sock". [製品既定値]
	Path string `toml:"path"`
	// Group that may connect (mode 0660); "" leaves the daemon's own. Default "kidoban". [システム管理者(23(3))]
	Group string `toml:"group"`
}

// Warnings are what is allowed but worth a thought, in the file's order.
func (c *Config) Warnings() []Problem { return c.warnings }

// SetDefaults implements source.Defaulter.
func (c *Config) SetDefaults() {
	c.RuleBasis = "舞鶴市住民基本台帳ネットワークシステムに係るセキュリティの確保等に関する規程(平成14年訓令甲第5号、令和5年4月1日施行)"
	for _, table := range []interface{ SetDefaults() }{&c.Storage, &c.Backup, &c.Clock, &c.MQTT, &c.Access, &c.Alarms, &c.Health, &c.HomeAssistant, &c.Duties, &c.Visits, &c.Roster, &c.Panel, &c.Socket, &c.Console, &c.Directory} {
		table.SetDefaults()
	}
}

// SetDefaults implements source.Defaulter.
func (s *Storage) SetDefaults() { s.Data = "/var/lib/kidoban" }

// SetDefaults implements source.Defaulter.
func (c *Clock) SetDefaults() { c.Grace = hours(168) }

// SetDefaults implements source.Defaulter.
func (a *Account) SetDefaults() { a.UID = unset }

// SetDefaults implements source.Defaulter.
func (s *Socket) SetDefaults() { s.Path, s.Group = "/run/kidoban/kidoban.sock", "kidoban" }

// unset is a number that no file can mean.
const unset = -1
