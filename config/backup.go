package config

// Backup is copies of the record with all names, encrypted to those who may open them. The keys are never in one. What is
// disposed of after its retention goes on lying in older backups until these are removed too.
type Backup struct {
	// Who can open a backup: age recipients, one "age1…" (or "age1pq1…") each; age-keygen makes them, and the identity
	// that belongs to one stays off this machine. Where any is named, nobody else can be. Default []: kidoban backup must be
	// told each time.
	// [セキュリティ責任者]
	Recipients []string `toml:"recipients"`
	// Directory into which the daemon writes a backup each day: another disk, mounted and writable for it (systemd:
	// ReadWritePaths in a drop-in). It is never made: without that disk nothing is to be written. Default "": none is made
	// by itself. Needs recipients; neither inside the data nor the key directory. [システム管理者(23(3))]
	Directory string `toml:"directory"`
	// Time of day in Japan, "00:00" to "23:59". Default "03:30". [システム管理者(23(3))]
	Daily string `toml:"daily"`
	// How many of the daemon's own are kept, 1 to 1000; older ones are removed after a new one is whole. Default 14.
	// [システム管理者(23(3))]
	Keep int `toml:"keep"`
}

// SetDefaults implements source.Defaulter.
func (b *Backup) SetDefaults() { b.Daily, b.Keep = "03:30", 14 }
