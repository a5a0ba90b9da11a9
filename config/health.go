package config

// Health says when the machine counts as degraded: an alert, long before a door suffers.
type Health struct {
	// Percent of the data directory's disk that must be free, 1 to 50. Default 10. [システム管理者(23(3))]
	DiskFree int `toml:"disk_free"`
	// Percent of its life that the medium may have used up, 10 to 100; an eMMC tells it, an SD card does not. Default 80.
	// [システム管理者(23(3))]
	DiskWear int `toml:"disk_wear"`
	// Degrees Celsius of the processor, 40 to 100; a Raspberry Pi slows down from 80 on. Default 80.
	// [システム管理者(23(3))]
	Temperature int `toml:"temperature"`
}

// SetDefaults implements source.Defaulter.
func (h *Health) SetDefaults() { *h = Health{DiskFree: 10, DiskWear: 80, Temperature: 80} }

func (k *checker) health(h Health) {
	k.count("health.disk_free", h.DiskFree, 1, 50)
	k.count("health.disk_wear", h.DiskWear, 10, 100)
	k.count("health.temperature", h.Temperature, 40, 100)
}
