// Package central is the central log's configuration file: TOML, strict, checked as a whole before anything starts, as a
// door's is. None is needed: without a file kidobanlog serves doors on this machine with what its flags say.
//
// The comments of the structs are the manual, and README.md is printed from them. Each key says its unit, its default,
// what it excludes, and last in brackets who sets it, in the words of config/README.md.
package central

import (
	"fmt"
	"os"

	"kidoban/config/source"
)

// Config is the file. Each table has a file of its own in this package: its struct, its defaults and its check.
type Config struct {
	// The site that this central log counts itself to, of the form of a door's. Its own journal is
	// kidoban/<site>/<name>/…; doors of other sites may be accepted all the same. Default "city". [システム管理者(23(3))]
	Site string `toml:"site"`
	// Its own name, unlike any door's of the site. Default "central". [システム管理者(23(3))]
	Name string `toml:"name"`

	Storage Storage `toml:"storage"`
	MQTT    MQTT    `toml:"mqtt"`
	Broker  Broker  `toml:"broker"`
	Watch   Watch   `toml:"watch"`
	Roster  Roster  `toml:"roster"`
	Report  Report  `toml:"report"`

	Health   Health    `toml:"health"`
	Metrics  Metrics   `toml:"metrics"`
	Accounts []Account `toml:"account"`

	Notify     Notify      `toml:"notify"`
	Mail       Mail        `toml:"mail"`
	Office     Office      `toml:"office"`
	Zones      []Zone      `toml:"zone"`
	Recipients []Recipient `toml:"recipient"`
	Rules      []Rule      `toml:"rule"`

	warnings []source.Problem
}

// SetDefaults implements source.Defaulter.
func (c *Config) SetDefaults() {
	c.Site, c.Name = "city", "central"
	for _, table := range []source.Defaulter{&c.Storage, &c.MQTT, &c.Broker, &c.Watch, &c.Health, &c.Roster, &c.Report, &c.Notify, &c.Mail, &c.Office} {
		table.SetDefaults()
	}
}

// Warnings are what is allowed but worth a thought, in the file's order.
func (c *Config) Warnings() []source.Problem { return c.warnings }

// Default is what holds without a file.
func Default() *Config {
	var c Config
	c.SetDefaults()
	return &c
}

// Load reads and checks a file. Its error is source.Problems, or that the file cannot be read.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse checks a file's bytes; name is what problems call it. Its error is source.Problems.
func Parse(name string, data []byte) (*Config, error) {
	var c Config
	places, bad := source.Decode(name, data, &c)
	if places == nil {
		return nil, bad
	}
	k := newChecker(name, places, bad)
	k.name("site", c.Site)
	k.name("name", c.Name)
	c.Storage.check(k)
	c.MQTT.check(k)
	c.Broker.check(k)
	c.Watch.check(k)
	c.Health.check(k)
	c.Metrics.check(k)
	c.Roster.check(k)
	c.Report.check(k)
	c.accounts(k)
	c.notices(k)
	if err := k.bad.Err(); err != nil {
		k.bad.Sort()
		return nil, k.bad
	}
	k.notes.Sort()
	c.warnings = k.notes
	return &c, nil
}
