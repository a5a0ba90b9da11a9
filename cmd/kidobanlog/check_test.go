package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/config/central"
)

// TestCheck: what keeps it from starting is said before anything is opened, and nothing is made.
func TestCheck(t *testing.T) {
	at := newSite(t, "central", "", "[metrics]", `listen = "192.0.2.1:9478"`, "[broker]", `listen = "0.0.0.0:8883"`, "tls = true")
	dir := filepath.Dir(at[1])
	refuses(t, "central.key", append(at, "check")...)
	if _, err := os.Stat(dir + "/data"); !os.IsNotExist(err) {
		t.Errorf("check makes a data directory: %v", err)
	}
	output(t, append(at, "init")...)
	refuses(t, "broker.pem", append(at, "check")...)
	output(t, append(at, "enrol", "broker", "--role", "broker", "--host", "localhost", "--account", "mori")...)
	if got := output(t, append(at, "check")...); !strings.HasPrefix(got, "warning: ") || !strings.HasSuffix(got, "central.toml: in order\n") {
		t.Errorf("check prints %q", got)
	}
	if err := os.WriteFile(dir+"/bad.toml", []byte("[broker]\nlisten = \"0.0.0.0:1883\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, "bad.toml:2:1: broker.listen", "--config", dir+"/bad.toml", "check")
	refuses(t, "bad.toml:2:1: broker.listen", "--config", dir+"/bad.toml", "serve")
	refuses(t, "me.pem", append(newSite(t, "central", "", "[mqtt]", `broker = "tls://localhost:8883"`, `cert = "me.pem"`, `key = "me.key"`),
		"--keys", dir+"/keys", "check")...)
}

// TestTheSampleIsPrinted: as it is, so that it can be written into a file.
func TestTheSampleIsPrinted(t *testing.T) {
	if got := output(t, "help", "sample"); strings.TrimSpace(got) != strings.TrimSpace(central.Sample()) {
		t.Errorf("%s", got)
	}
}
