package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestHelpTopics: each page is there without a network, as it stands in its folder.
func TestHelpTopics(t *testing.T) {
	pages := map[string]string{
		"config": "../../config/README.md", "scenario": "../../controller/scenario/README.md", "wiring": "../../device/README.md",
		"operation": "../../README.md", "pages": "../../controller/console/README.md", "duties": "../../controller/account/README.md",
	}
	for topic, file := range pages {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if topic == "operation" {
			want = section(string(want), "## Operation\n")
		}
		var out bytes.Buffer
		c := newRoot()
		c.SetOut(&out)
		c.SetArgs([]string{"help", topic})
		if err := c.Execute(); err != nil {
			t.Errorf("%s: %v", topic, err)
		}
		if len(want) == 0 || strings.TrimSpace(out.String()) != strings.TrimSpace(string(want)) {
			t.Errorf("kidoban help %s is not %s; for operation, copy the README's section to operation.md", topic, file)
		}
	}
	for _, c := range topics() {
		if pages[c.Use] == "" {
			t.Errorf("topic %s is not tested", c.Use)
		}
	}
}

// section is what stands under a heading of the second order.
func section(text, heading string) []byte {
	_, rest, found := strings.Cut(text, "\n"+heading)
	if !found {
		return nil
	}
	body, _, _ := strings.Cut(rest, "\n## ")
	return []byte(heading + body)
}
