package config

import "time"

// Duties say who acts with whom, and how people sign in.
type Duties struct {
	// Changes of the roster, cards and accounts are proposed by one person and approved by another (別人による確認, Article
	// 21(1) by analogy); corrections of the register are in any case. To declare a card lost, revoked or blocked one person
	// is always enough. Default true. [セキュリティ責任者]
	FourEyes bool `toml:"four_eyes"`
	// A person with the duty "deputy" may decide on a permit for the officer (代決), reviewed later (後閲): only where the
	// city's own rules on decisions allow it. Default false. [市長(26)]
	DeputyDecision bool `toml:"deputy_decision"`
	// Wrong passwords until an account is locked, 3 to 20. Default 5. [システム管理者(23(3))]
	Tries int `toml:"tries"`
	// How long it is locked the first time, 1 m to 24 h; twice as long each further time, up to a day. It survives a
	// restart. Default "15m". [システム管理者(23(3))]
	Lockout Duration `toml:"lockout"`
	// A sign-in ends this long after its last use, 1 m to 8 h. Default "15m". [システム管理者(23(3))]
	Idle Duration `toml:"idle"`
	// A sign-in ends this long after it began, 5 m to 24 h. Default "9h". [システム管理者(23(3))]
	Session Duration `toml:"session"`
	// Who must have a second proof beside the password, one-time codes or a passkey: "never", "officers" (CISO, security
	// officers, system manager) or "always". Who has none yet sets one up before anything else; who has one is asked for it
	// whatever stands here. Default "never". [システム管理者(23(3))]
	Second string `toml:"second"`
	// Grave acts (a release, accounts, changes of the roster, cards, disposal, export) take a proof of who somebody is that is no older
	// than this (再認証), 1 m to 1 h. Default "5m". [システム管理者(23(3))]
	Prove Duration `toml:"prove"`
}

// SetDefaults implements source.Defaulter.
func (d *Duties) SetDefaults() {
	*d = Duties{
		FourEyes: true, Tries: 5, Lockout: Duration(15 * time.Minute), Idle: Duration(15 * time.Minute), Session: hours(9),
		Second: "never", Prove: Duration(5 * time.Minute),
	}
}

func (k *checker) duties(d Duties) {
	if !d.FourEyes {
		k.warn("duties.four_eyes", "one person alone changes roster, cards and accounts: 別人による確認 is off")
	}
	k.count("duties.tries", d.Tries, 3, 20)
	k.span("duties.lockout", d.Lockout, time.Minute, 24*time.Hour)
	k.span("duties.idle", d.Idle, time.Minute, 8*time.Hour)
	k.span("duties.session", d.Session, 5*time.Minute, 24*time.Hour)
	k.oneOf("duties.second", d.Second, "never", "officers", "always")
	k.span("duties.prove", d.Prove, time.Minute, time.Hour)
	if d.Idle > d.Session {
		k.refuse("duties.idle", "is longer than session: it would never be reached")
	}
}
