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

func TestBroker(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "",
		"listen = \"[::1]:1883\"":               "",
		"listen = \"0.0.0.0:8883\"\ntls = true": "",
		"listen = \":8883\"\ntls = true":        "",
		"listen = \"0.0.0.0:1883\"":             "set tls = true",
		"listen = \":1883\"":                    "set tls = true",
		"listen = \"192.0.2.1:1883\"":           "set tls = true",
		"listen = \"localhost:1883\"":           "is written",
		"listen = \"127.0.0.1\"":                "is written",
		"listen = \"127.0.0.1:mqtt\"":           "is written",
		"tls = true\ncert = \"x\"":              "go together",
		"sites = [\"Ayabe\"]":                   "a name is",
		"connections = 0":                       "1 to 60000",
		"expiry_warning = \"1h\"":               "24h",
	} {
		_, err := central.Parse("central.toml", []byte("[broker]\n"+text+"\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestTheSmallSite is the manual's own example.
func TestTheSmallSite(t *testing.T) {
	_, rest, _ := strings.Cut(central.Manual(), "```toml\n")
	file, _, ok := strings.Cut(rest, "```\n")
	if c, err := central.Parse("README.md", []byte(file)); !ok || err != nil || len(c.Warnings()) > 0 {
		t.Errorf("%v, %v", err, c)
	}
}
