package config

import (
	_ "embed"
	"fmt"
	"os"

	"kidoban/config/source"
)

// Problem is one thing wrong, or worth a thought, at one place of the file.
type Problem = source.Problem

// Problems is everything wrong with a file, in its order. As an error it is one line each.
type Problems = source.Problems

//go:embed sample.toml
var sample []byte

//go:embed demo.toml
var demo []byte

// Sample is a file with every key, its default and a comment.
func Sample() []byte { return append([]byte(nil), sample...) }

// Demo is the demonstration site: one simulated door, no accounts.
func Demo() []byte { return append([]byte(nil), demo...) }

// Load reads and checks a file. Its error is Problems, or that the file cannot be read.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse checks a file's bytes; name is what problems call it. Its error is Problems.
func Parse(name string, data []byte) (*Config, error) {
	var c Config
	places, bad := source.Decode(name, data, &c)
	if places == nil {
		return nil, bad
	}
	k := newChecker(name, places, bad)
	k.config(&c)
	if err := k.bad.Err(); err != nil {
		k.bad.Sort()
		return nil, k.bad
	}
	k.notes.Sort()
	c.warnings = k.notes
	return &c, nil
}
