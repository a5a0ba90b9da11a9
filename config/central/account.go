package central

import "fmt"

// Account is somebody who gives orders at the central log: a user of this machine, by number. What such a person does is
// recorded under the account's name; whoever has none names one with --account, and the record says that it was only
// claimed.
type Account struct {
	// Name in the record, of the form of site. [セキュリティ責任者]
	Name string `toml:"name"`
	// The user's number on this machine (id -u). Who signed in counts, over sudo too. [システム管理者(23(3))]
	UID int `toml:"uid"`
}

func (c *Config) accounts(k *checker) {
	names, uids := map[string]bool{}, map[int]bool{}
	for i, a := range c.Accounts {
		at := fmt.Sprintf("account[%d]", i)
		k.name(at+".name", a.Name)
		switch {
		case a.UID < 0:
			k.refuse(at+".uid", "is the number that id -u prints")
		case names[a.Name]:
			k.refuse(at+".name", "%s is there twice", a.Name)
		case uids[a.UID]:
			k.refuse(at+".uid", "%d has two accounts", a.UID)
		}
		names[a.Name], uids[a.UID] = true, true
	}
}

// Account is the name that a user goes by.
func (c *Config) Account(uid int) (name string, known bool) {
	for _, a := range c.Accounts {
		if a.UID == uid {
			return a.Name, true
		}
	}
	return "", false
}
