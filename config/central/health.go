package central

// Health says when the central log's own machine counts as degraded.
type Health struct {
	// Percent of the data directory's disk that must be free, 1 to 50. Default 10. [システム管理者(23(3))]
	DiskFree int `toml:"disk_free"`
	// Percent of its life that the medium may have used up, 10 to 100, where it tells. Default 80. [システム管理者(23(3))]
	DiskWear int `toml:"disk_wear"`
	// Degrees Celsius of the processor, 40 to 100. Default 80. [システム管理者(23(3))]
	Temperature int `toml:"temperature"`
}

// SetDefaults implements source.Defaulter.
func (h *Health) SetDefaults() { *h = Health{DiskFree: 10, DiskWear: 80, Temperature: 80} }

func (h Health) check(k *checker) {
	k.within("health.disk_free", h.DiskFree, 1, 50)
	k.within("health.disk_wear", h.DiskWear, 10, 100)
	k.within("health.temperature", h.Temperature, 40, 100)
}

func (k *checker) within(path string, value, low, high int) {
	if value < low || value > high {
		k.refuse(path, "lies outside %d to %d", low, high)
	}
}
