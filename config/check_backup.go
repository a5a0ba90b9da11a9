package config

import (
	"fmt"
	"strings"
	"time"

	"filippo.io/age"
)

func (k *checker) backup(b Backup, s Storage) {
	for i, r := range b.Recipients {
		if _, err := age.ParseRecipients(strings.NewReader(r)); err != nil || !strings.HasPrefix(r, "age1") {
			k.refuse(fmt.Sprintf("backup.recipients[%d]", i), "is no age recipient; it is the public key that age-keygen prints: age1…")
		}
	}
	if _, err := time.Parse("15:04", b.Daily); err != nil || len(b.Daily) != len("15:04") {
		k.refuse("backup.daily", `is a time of day: "00:00" to "23:59"`)
	}
	k.count("backup.keep", b.Keep, 1, 1000)
	switch {
	case b.Directory == "":
	case len(b.Recipients) == 0:
		k.refuse("backup.directory", "needs recipients: without one nobody could open what is written there")
	case inside(s.Data, b.Directory):
		k.refuse("backup.directory", "lies inside the data directory: what takes the one takes the other; name another disk")
	case s.Keys != "" && inside(s.Keys, b.Directory):
		k.refuse("backup.directory", "lies inside the key directory: keys and backups never lie together")
	}
}
