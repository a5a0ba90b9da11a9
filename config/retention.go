package config

import "strings"

// Retention are the periods of Article 25(4), in years that begin with the fiscal year after the record's, as Article
// 25(3) counts those of the register (5, and nothing sets that). A class without a period is kept until it has one; a
// record that a line of the register rests on is kept as long as the line. Nothing is ever deleted by itself: see kidoban
// retention.
type Retention struct {
	// Permits, 1 to 100. Default 0: kept. [セキュリティ責任者(25(4))]
	Permits int `toml:"permits"`
	// Cards: issued, lent, returned, lost, counted; 1 to 100. Default 0: kept. [セキュリティ責任者(25(4))]
	Cards int `toml:"cards"`
	// Refused entries and grants that were not used, 1 to 100. Default 0: kept. [セキュリティ責任者(25(4))]
	Refusals int `toml:"refusals"`
	// Doors and readers out of order: forced, held, tampered; 1 to 100. Default 0: kept. [セキュリティ責任者(25(4))]
	Doors int `toml:"doors"`
	// Alarms, emergencies, emergency entries and threat reports, 1 to 100. Default 0: kept. [セキュリティ責任者(25(4))]
	Alarms int `toml:"alarms"`
	// What accounts did, and changes of the roster; 1 to 100. Default 0: kept. [システム管理者(25(4))]
	Accounts int `toml:"accounts"`
	// Configuration, clock, power, network and the program itself, 1 to 100. Default 0: kept. [システム管理者(25(4))]
	System int `toml:"system"`
	// Who set these periods, and when. Required where one is set; default "".
	// [セキュリティ責任者(25(4))]
	Decided string `toml:"decided"`
}

// advised is the period of Article 25(3): what supports the register is of no use without it.
const advised = 5

func (k *checker) retention(r Retention) {
	var unset, set []string
	for _, p := range []struct {
		key   string
		years int
	}{{"permits", r.Permits}, {"cards", r.Cards}, {"refusals", r.Refusals}, {"doors", r.Doors}, {"alarms", r.Alarms},
		{"accounts", r.Accounts}, {"system", r.System}} {
		k.count("retention."+p.key, p.years, 0, 100)
		switch {
		case p.years == 0:
			unset = append(unset, p.key)
		case p.years < advised:
			k.warn("retention."+p.key, "is shorter than the %d years of the register (第25条第3号)", advised)
		}
		if p.years > 0 {
			set = append(set, p.key)
		}
	}
	if len(set) > 0 && strings.TrimSpace(r.Decided) == "" {
		k.refuse("retention.decided", "is missing: %s is a period of Article 25(4), which somebody must have set; say who and when",
			set[0])
	}
	if len(unset) > 0 {
		k.warn("retention", "no period is set for %s: such records are kept (第25条第4号)", strings.Join(unset, ", "))
	}
}
