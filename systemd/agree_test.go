package systemd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/archive"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

func TestConfigurationAndUnitNameTheSamePlaces(t *testing.T) {
	var c config.Config
	c.SetDefaults()
	door := readUnit(t, "kidoband.service")
	if got := filepath.Dir(c.Socket.Path); got != "/run/"+value(t, door, "RuntimeDirectory") {
		t.Errorf("the socket's default directory %s is not the unit's RuntimeDirectory", got)
	}
	if c.Storage.Data != "/var/lib/"+value(t, door, "StateDirectory") {
		t.Errorf("the data's default directory %s is not the unit's StateDirectory", c.Storage.Data)
	}
	if c.Storage.Keys != "" {
		t.Errorf("the keys' default directory %q is not systemd's", c.Storage.Keys)
	}
	group := c.Socket.Group
	if !slices.Contains(sysusers(t, "kidoban.sysusers"), "g "+group) {
		t.Errorf("nobody makes the socket's default group %s", group)
	}
	if !slices.Contains(sysusers(t, "kidoban.sysusers"), "m "+value(t, door, "User")+" "+group) {
		t.Errorf("the daemon may not give its socket to group %s, it is no member", group)
	}
}

func TestPageNamesEveryFile(t *testing.T) {
	page := strings.Join(lines(t, "README.md"), "\n")
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); !strings.HasSuffix(name, ".go") && name != "README.md" && !strings.Contains(page, "| `"+name+"` |") {
			t.Errorf("README.md does not say where %s goes", name)
		}
	}
}

// sysusers are the lines' types and names; of "m", both.
func sysusers(t *testing.T, name string) (all []string) {
	t.Helper()
	for _, line := range lines(t, name) {
		f := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case f[0] == "m":
			all = append(all, strings.Join(f[:3], " "))
		default:
			all = append(all, strings.Join(f[:2], " "))
		}
	}
	return all
}

func TestUsersOfTheUnitsAreMade(t *testing.T) {
	for unit, file := range map[string]string{"kidoband.service": "kidoban.sysusers", "kidobanlog.service": "kidobanlog.sysusers", "kidoban-console.service": "kidoban.sysusers"} {
		u, made := readUnit(t, unit), sysusers(t, file)
		user, group := value(t, u, "User"), value(t, u, "Group")
		if !slices.Contains(made, "u "+user) {
			t.Errorf("%s does not make user %s of %s", file, user, unit)
		}
		if user != group && !slices.Contains(made, "g "+group) {
			t.Errorf("%s does not make group %s of %s", file, group, unit)
		}
		root := t.TempDir()
		if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool(t, "systemd-sysusers"), "--dry-run", "--root="+root, path).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Creating user '"+user+"'") {
			t.Errorf("%s: %v: %s", file, err, out)
		}
	}
}

func TestDirectoriesAreUnderstood(t *testing.T) {
	form := regexp.MustCompile(`^d /[a-z./-]+ 0[0-7]{3} root root -$`)
	for _, line := range lines(t, "kidoban.tmpfiles") {
		if !strings.HasPrefix(line, "#") && !form.MatchString(line) {
			t.Errorf("not the line of a directory of root: %s", line)
		}
	}
	root := t.TempDir()
	path, err := filepath.Abs("kidoban.tmpfiles")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--create", "--root=" + root, path}
	if os.Getuid() != 0 { // nobody else may make what is root's: the file is read, and nothing made
		args = append(args, "--prefix=/nothing")
	}
	if out, err := exec.Command(tool(t, "systemd-tmpfiles"), args...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
	if info, err := os.Stat(filepath.Join(root, "etc/credstore.encrypted")); os.Getuid() == 0 && (err != nil || info.Mode().Perm() != 0o700) {
		t.Errorf("the encrypted keys' directory: %v, %v", info, err)
	}
}

func TestChipsGoToTheUnitsGroup(t *testing.T) {
	form := regexp.MustCompile(`^SUBSYSTEM=="gpio", KERNEL=="gpiochip\[0-9\]\*", GROUP="([a-z]+)", MODE="0660"$`)
	group := ""
	for _, line := range lines(t, "60-kidoban.rules") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		m := form.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not the rule of a GPIO chip: %s", line)
		}
		group = m[1]
	}
	if want := value(t, readUnit(t, "kidoband.service"), "Group"); group != want {
		t.Errorf("the chips go to group %q, the daemon is in %s", group, want)
	}
}

// handed copies the keys that a unit hands over, under the names it gives them, and no others.
func handed(t *testing.T, unit, from string) string {
	t.Helper()
	dir := t.TempDir()
	for _, v := range values(readUnit(t, unit), "LoadCredentialEncrypted") {
		name, _, _ := strings.Cut(v, ":")
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatalf("%s hands over %s, which init does not make: %v", unit, name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestUnitsHandOverTheKeysThatAreNeeded(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	if _, err := store.CreateKeys(keys, journal.Origin{Site: "site", Controller: "door"}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", handed(t, "kidoband.service", keys))
	if _, err := store.LoadKeys(""); err != nil {
		t.Error(err)
	}
	if _, err := archive.CreateKey(keys, "central"); err != nil {
		t.Fatal(err)
	}
	own := journal.Origin{Site: "city", Controller: "central"}
	public, err := archive.CreateOwn(keys, own.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	credentials := handed(t, "kidobanlog.service", keys)
	if _, err := archive.LoadKey(credentials); err != nil {
		t.Error(err)
	}
	if o, err := archive.LoadOwn(credentials); err != nil || o.Key != public {
		t.Errorf("the own journal's key is %q, %v; want %q", o.Key, err, public)
	}
}

// The programs understand how the units start them: each goes as far as the first thing that is not there.
func TestProgramsUnderstandTheirCommands(t *testing.T) {
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, "kidoban/cmd/kidoban", "kidoban/cmd/kidoband", "kidoban/cmd/kidobanlog").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	missing := filepath.Join(t.TempDir(), "kidoban.toml")
	keys := t.TempDir()
	for unit, want := range map[string]string{"kidoband.service": missing, "kidobanlog.service": filepath.Join(keys, "central.key"), "kidoban-console.service": missing} {
		for _, s := range readUnit(t, unit) {
			if !strings.HasPrefix(s.key, "Exec") {
				continue
			}
			line := strings.Fields(strings.Replace(s.value, "/etc/kidoban/kidoban.toml", missing, 1))
			c := exec.Command(filepath.Join(bin, filepath.Base(line[0])), line[1:]...)
			c.Env = append(os.Environ(), "CREDENTIALS_DIRECTORY="+keys)
			out, err := c.CombinedOutput()
			if err == nil || !strings.Contains(string(out), want) {
				t.Errorf("%s: %s: %v; it does not miss %s:\n%s", unit, s.key, err, want, out)
			}
		}
	}
}
