package console_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/console"
)

// A drawing of the site's own that cannot be shown stops the console with its place; one that lacks a door is a warning.
func TestTheSitesOwnPlan(t *testing.T) {
	conf, err := config.Parse("demo.toml", config.Demo())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plan.svg")
	conf.Console.Plan = path
	begin := func(file string) (logged string, err error) {
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, err = console.New(conf, nil, slog.New(slog.NewTextHandler(&b, nil)))
		return b.String(), err
	}
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">`
	if logged, err := begin(svg + `<g id="zone-room"/></svg>`); err != nil || !strings.Contains(logged, "id=door-room") || strings.Contains(logged, "id=zone-room") {
		t.Errorf("%v %s", err, logged)
	}
	if _, err := begin(svg + "\n<script/></svg>"); err == nil || !strings.Contains(err.Error(), "console.plan: "+path+": the plan, line 2") {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := console.New(conf, nil, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "console.plan: ") {
		t.Error(err)
	}
}
