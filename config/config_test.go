package config_test

import (
	"testing"

	"kidoban/config"
)

func TestSample(t *testing.T) {
	c, err := config.Parse("sample.toml", config.Sample())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(c.Warnings())
	c, err = config.Parse("demo.toml", config.Demo())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(c.Warnings())
}
