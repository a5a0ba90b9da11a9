package central

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Storage is where things lie.
type Storage struct {
	// Directory of the database and what belongs to it, private to the central log. Default "/var/lib/kidobanlog".
	// [システム管理者(23(3))]
	Data string `toml:"data"`
	// File that holds the connection string of a PostgreSQL database, one line: "postgres://user:password@host/database" or
	// "host=… dbname=… user=… password=…". Several central logs may share one; give each another name (above), its own
	// data directory and the same central.key. Default "": a SQLite file in data. [システム管理者(23(3))]
	Database string `toml:"database_file"`
	// Directory of the keys: central.key signs what the doors believe, journal.key the central log's own journal.
	// Default "": systemd's credentials directory. Not inside data. [システム管理者(23(3))]
	Keys string `toml:"keys"`
}

// SetDefaults implements source.Defaulter.
func (s *Storage) SetDefaults() { s.Data = "/var/lib/kidobanlog" }

func (s *Storage) check(k *checker) {
	if s.Data == "" {
		k.refuse("storage.data", "is missing; name the directory of the database")
		return
	}
	if s.Keys == "" || filepath.IsAbs(s.Data) != filepath.IsAbs(s.Keys) {
		return
	}
	if inside(s.Data, s.Keys) {
		k.refuse("storage.keys", "lies inside the data directory: every copy of the data would carry the keys; put it elsewhere")
	} else if inside(s.Keys, s.Data) {
		k.refuse("storage.data", "lies inside the key directory: a copy of the keys would carry the data; put it elsewhere")
	}
}

// inside reports whether path is dir or below it.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// Connection reads the database's connection string; "" is none.
func (s *Storage) Connection() (string, error) {
	if s.Database == "" {
		return "", nil
	}
	b, err := os.ReadFile(s.Database)
	if err != nil {
		return "", fmt.Errorf("storage.database_file: %w", err)
	}
	text := strings.TrimSpace(string(b))
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") && !strings.Contains(text, "host=") {
		return "", errors.New("storage.database_file: the file holds no connection string: want postgres://… or host=… dbname=… user=…")
	}
	return text, nil
}
