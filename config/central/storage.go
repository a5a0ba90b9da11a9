package central

// Storage is where things lie.
type Storage struct {
	// Directory of the database and what belongs to it, private to the central log. Default "/var/lib/kidobanlog".
	// [システム管理者(23(3))]
	Data string `toml:"data"`
	// Directory of the keys: central.key signs what the doors believe, journal.key the central log's own journal.
	// Default "": systemd's credentials directory. Not inside data. [システム管理者(23(3))]
	Keys string `toml:"keys"`
}

// SetDefaults implements source.Defaulter.
func (s *Storage) SetDefaults() { s.Data = "/var/lib/kidobanlog" }

func (s *Storage) check(k *checker) {
	if s.Data == "" {
		k.refuse("storage.data", "is missing; name the directory of the database")
	}
}
