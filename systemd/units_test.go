// Package systemd holds what installs the programs on a machine, and the tests of it: the units are what systemd
// understands, closed as far as the bar says, each directive with its reason, and they agree with the programs they start.
package systemd_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// most is how far a unit may be open: ten times what systemd-analyze security prints.
const most = "15"

var units = []string{"kidoband.service", "kidobanlog.service", "kidoban-console.service"}

// setting is one directive of a unit.
type setting struct{ key, value string }

func readUnit(t *testing.T, name string) (all []setting) {
	t.Helper()
	for _, line := range lines(t, name) {
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			all = append(all, setting{key, value})
		}
	}
	return all
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// values are those of a key, in order.
func values(all []setting, key string) (vs []string) {
	for _, s := range all {
		if s.key == key {
			vs = append(vs, s.value)
		}
	}
	return vs
}

// value is that of a key that stands once.
func value(t *testing.T, all []setting, key string) string {
	t.Helper()
	vs := values(all, key)
	if len(vs) != 1 {
		t.Fatalf("%s stands %d times: %q", key, len(vs), vs)
	}
	return vs[0]
}

func TestEveryDirectiveHasItsReason(t *testing.T) {
	directive := regexp.MustCompile(`^[A-Za-z]+=`)
	for _, unit := range units {
		before := ""
		for i, line := range lines(t, unit) {
			if directive.MatchString(line) && !strings.HasPrefix(line, "Description=") && !strings.HasPrefix(before, "# ") {
				t.Errorf("%s:%d: %s has no comment above it that says why", unit, i+1, line)
			}
			before = line
		}
	}
}

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("install systemd: %s is part of this test", name)
	}
	return path
}

// verify has systemd judge a unit's text. The programs in it are replaced by one that exists. Any word is a fault.
func verify(t *testing.T, unit, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), unit)
	text = regexp.MustCompile(`/usr/bin/kidoban[a-z]*`).ReplaceAllString(text, "/bin/true")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool(t, "systemd-analyze"), "verify", "--recursive-errors=no", "--man=no", "--generators=no", path).CombinedOutput()
	if err != nil && len(out) == 0 {
		return err.Error()
	}
	return string(out)
}

func TestSystemdUnderstands(t *testing.T) {
	for _, unit := range units {
		text := strings.Join(lines(t, unit), "\n") + "\n"
		if said := verify(t, unit, text); said != "" {
			t.Errorf("%s:\n%s", unit, said)
		}
		for _, wrong := range []string{"Nonsense=1", "WatchdogSec=often", "SystemCallFilter=@no-such-set", "ExecStart=/no/such/program"} {
			if verify(t, unit, strings.Replace(text, "[Service]\n", "[Service]\n"+wrong+"\n", 1)) == "" {
				t.Errorf("%s with %s: not a word", unit, wrong)
			}
		}
	}
}

func exposure(t *testing.T, path string) (string, error) {
	t.Helper()
	out, err := exec.Command(tool(t, "systemd-analyze"), "security", "--offline=true", "--no-pager", "--threshold="+most, path).CombinedOutput()
	all := strings.Split(strings.TrimSpace(string(out)), "\n")
	return all[len(all)-1], err
}

func TestClosedAsFarAsItGoes(t *testing.T) {
	for _, unit := range units {
		said, err := exposure(t, "./"+unit)
		if err != nil {
			t.Errorf("%s: above %s: %v: %s", unit, most, err, said)
		}
		t.Log(said)
		text := bytes.ReplaceAll([]byte(strings.Join(lines(t, unit), "\n")), []byte("\nCapabilityBoundingSet="), []byte("\n#"))
		open := filepath.Join(t.TempDir(), unit)
		if err := os.WriteFile(open, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exposure(t, open); err == nil {
			t.Errorf("%s with every capability passes: %s", unit, said)
		}
	}
}

// What would be more closed, and break the door.
func TestStaysOpenWhereItMust(t *testing.T) {
	door := readUnit(t, "kidoband.service")
	for key, why := range map[string]string{
		"PrivateUsers":   "the peer's uid on the socket would show as nobody",
		"PrivateDevices": "the GPIO chips would be gone",
		"PrivateNetwork": "no broker could be reached",
		"ProcSubset":     "the boot id lies in /proc/sys",
		"DynamicUser":    "the record's owner would change",
	} {
		if vs := values(door, key); vs != nil {
			t.Errorf("%s=%s: %s", key, vs, why)
		}
	}
	if vs := values(readUnit(t, "kidobanlog.service"), "ProcSubset"); vs != nil {
		t.Errorf("ProcSubset=%s: the boot id, which its own journal names, lies in /proc/sys", vs)
	}
}

// What breaks into the console holds no right at the door: another user, no record, no key, no device.
func TestConsoleIsAStranger(t *testing.T) {
	u, door := readUnit(t, "kidoban-console.service"), readUnit(t, "kidoband.service")
	if value(t, u, "User") == value(t, door, "User") {
		t.Error("the console runs as the daemon's user")
	}
	hidden := value(t, u, "InaccessiblePaths")
	for _, path := range []string{"/var/lib/" + value(t, door, "StateDirectory"), "/etc/credstore.encrypted"} {
		if !strings.Contains(hidden, "-"+path) {
			t.Errorf("%s shows to the console", path)
		}
	}
	for _, key := range []string{"LoadCredential", "LoadCredentialEncrypted", "StateDirectory", "DeviceAllow", "ReadWritePaths", "SupplementaryGroups"} {
		if vs := values(u, key); vs != nil {
			t.Errorf("%s=%s: the console needs none", key, vs)
		}
	}
}
