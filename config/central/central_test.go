package central_test

import (
	"strings"
	"testing"

	"kidoban/config/central"
)

func TestParse(t *testing.T) {
	c, err := central.Parse("central.toml", []byte("name = \"log-a\"\n[watch]\nsilent = \"2m\"\n"))
	if err != nil || c.Name != "log-a" || c.Watch.Silent.Std().Minutes() != 2 || c.Storage.Data != "/var/lib/kidobanlog" {
		t.Errorf("%+v, %v", c, err)
	}
	_, err = central.Parse("central.toml", []byte("name = \"Log A\"\ncolour = 1\n[watch]\nsilent = \"1s\"\n"))
	for _, want := range []string{"central.toml:1:", "central.toml:2:", "central.toml:4:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no problem at %s: %v", want, err)
		}
	}
}
