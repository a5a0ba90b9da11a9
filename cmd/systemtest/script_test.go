package systemtest_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
	_ "github.com/mattn/go-sqlite3"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/japanese"

	"kidoban/config"
	"kidoban/controller/desk"
	"kidoban/controller/people"
)

// TestScript plays testdata/script. Beside testscript's own commands there are:
//
//	site [anonymous]       write kidoban.toml (the demonstration's door, without a broker) and begin it; anonymous: nobody has an account
//	start · halt · kill9   the daemon: until it answers · by SIGTERM, and it must end well · by SIGKILL
//	roster                 import the demonstration's people
//	await REGEXP           until an entry of the record, as JSON, matches
//	sees REGEXP            until "kidoban sim look room" matches
//	sql FILE STATEMENT     what somebody does to the database behind our back
//	keep NAME REGEXP       the first group's match in what was last printed becomes $NAME
//	damage FILE AT HEX     overwrite octets of a file
//	edit FILE FROM TO      replace every FROM in a file
//	encode FILE AS TO      write a file as shift_jis or utf-8-bom
//	reader FILE            an age identity into FILE; its recipient is $RECIPIENT from then on
//	port NAME              a free port of this machine becomes $NAME
//	as UID COMMAND…        run as another user, in root's group (only [root])
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", bin+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Setenv("GORACE", os.Getenv("GORACE"))
			e.Setenv("KIDOBAN_SOCKET", filepath.Join(e.WorkDir, "kidoban.sock"))
			e.Values["daemon"] = &daemon{}
			for _, dir := range []string{e.WorkDir, filepath.Dir(e.WorkDir)} {
				if err := os.Chmod(dir, 0o711); err != nil { // for those who come as another user
					return err
				}
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"site": cmdSite, "start": cmdStart, "halt": cmdStop, "kill9": cmdKill, "roster": cmdRoster, "await": cmdAwait,
			"sees": cmdSees, "sql": cmdSQL, "keep": cmdKeep, "damage": cmdDamage, "edit": cmdEdit, "encode": cmdEncode, "as": cmdAs, "reader": cmdReader, "port": cmdPort,
			"enrol": cmdEnrol, "code": cmdCode,
		},
	})
}

// daemon is the one of a script.
type daemon struct{ cmd *exec.Cmd }

func daemonOf(ts *testscript.TestScript) *daemon { return ts.Value("daemon").(*daemon) }

func need(ts *testscript.TestScript, args []string, n int, usage string) {
	if len(args) != n {
		ts.Fatalf("usage: %s", usage)
	}
}

var mqttTable = regexp.MustCompile(`(?s)\[mqtt\].*?\n\n`)

func cmdSite(ts *testscript.TestScript, _ bool, args []string) {
	text := mqttTable.ReplaceAllString(string(config.Demo()), "")
	if len(args) == 0 {
		text += fmt.Sprintf(accountTable, os.Getuid())
	}
	ts.Check(os.WriteFile(ts.MkAbs("kidoban.toml"), []byte(text), 0o600))
	ts.Check(ts.Exec("kidoban", "init", "--config", "kidoban.toml"))
}

func cmdStart(ts *testscript.TestScript, _ bool, _ []string) {
	d := daemonOf(ts)
	log, err := os.OpenFile(ts.MkAbs("kidoband.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	ts.Check(err)
	defer log.Close()
	d.cmd = exec.Command(program("kidoband"), "--config", "kidoban.toml")
	d.cmd.Dir, d.cmd.Stdout, d.cmd.Stderr = ts.MkAbs("."), log, log
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	ts.Check(d.cmd.Start())
	ts.Defer(d.kill)
	if !until(func() bool { return ask(ts).Get(context.Background(), "status", nil, &desk.Status{}) == nil }) {
		ts.Fatalf("the daemon does not answer:\n%s", ts.ReadFile("kidoband.log"))
	}
}

func ask(ts *testscript.TestScript) *desk.Client { return desk.Dial(ts.Getenv("KIDOBAN_SOCKET")) }

func until(cond func() bool) bool {
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if cond() {
			return true
		}
	}
	return false
}

func (d *daemon) kill() {
	if d.cmd != nil {
		_ = d.cmd.Process.Kill()
		_ = d.cmd.Wait()
		d.cmd = nil
	}
}

func cmdKill(ts *testscript.TestScript, _ bool, _ []string) { daemonOf(ts).kill() }

func cmdStop(ts *testscript.TestScript, _ bool, _ []string) {
	d := daemonOf(ts)
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	ts.Check(d.cmd.Wait())
	d.cmd = nil
}

func cmdRoster(ts *testscript.TestScript, _ bool, _ []string) {
	var got desk.Import
	ts.Check(ask(ts).Send(context.Background(), "import", map[string][]string{"name": {"demo.csv"}}, people.Demo(), &got))
	if len(got.Problems) > 0 {
		ts.Fatalf("%s", strings.Join(got.Problems, "\n"))
	}
}

func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 1, "await REGEXP")
	re := regexp.MustCompile("(?m)" + args[0])
	var last []byte
	if !until(func() bool {
		in, err := ask(ts).Stream(context.Background(), "journal", nil)
		ts.Check(err)
		defer in.Close()
		last, err = io.ReadAll(in)
		ts.Check(err)
		return re.Match(last)
	}) {
		ts.Fatalf("no entry matches %s:\n%s", args[0], last)
	}
}

func cmdSees(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 1, "sees REGEXP")
	re := regexp.MustCompile(args[0])
	var last string
	if !until(func() bool {
		out, err := run([]string{"KIDOBAN_SOCKET=" + ts.Getenv("KIDOBAN_SOCKET")}, "", program("kidoban"), "sim", "look", "room")
		ts.Check(err)
		last = out
		return re.MatchString(out)
	}) {
		ts.Fatalf("never seen: %s; now: %s", args[0], last)
	}
}

func cmdSQL(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 2, "sql FILE STATEMENT")
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(args[0])+"?mode=rw")
	ts.Check(err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec(args[1])
	ts.Check(err)
}

func cmdKeep(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 2, "keep NAME REGEXP")
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("nothing that was printed matches %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func cmdDamage(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 3, "damage FILE AT HEX")
	at, err := strconv.ParseInt(args[1], 0, 64)
	ts.Check(err)
	var b []byte
	_, err = fmt.Sscanf(args[2], "%x", &b)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteAt(b, at)
	ts.Check(err)
}

func cmdEdit(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 3, "edit FILE FROM TO")
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

func cmdEncode(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 3, "encode FILE AS TO")
	text := ts.ReadFile(args[0])
	switch args[1] {
	case "shift_jis":
		var err error
		text, err = japanese.ShiftJIS.NewEncoder().String(text)
		ts.Check(err)
	case "utf-8-bom":
		text = "\ufeff" + text
	default:
		ts.Fatalf("cannot encode as %s", args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o600))
}

func cmdReader(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 1, "reader FILE")
	id, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("# made by a test\n"+id.String()+"\n"), 0o600))
	ts.Setenv("RECIPIENT", id.Recipient().String())
}

func cmdPort(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 1, "port NAME")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

func cmdAs(ts *testscript.TestScript, neg bool, args []string) {
	uid, err := strconv.ParseUint(args[0], 10, 32)
	ts.Check(err)
	c := exec.Command(program(args[1]), args[2:]...)
	c.Dir = "/"
	c.Env = []string{"KIDOBAN_SOCKET=" + ts.Getenv("KIDOBAN_SOCKET"), "PATH=" + ts.Getenv("PATH"), "GORACE=" + ts.Getenv("GORACE")}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: 0}}
	out, err := c.CombinedOutput()
	ts.Logf("%s", out)
	ts.Check(os.WriteFile(ts.MkAbs("as.out"), out, 0o600))
	if (err != nil) != neg {
		ts.Fatalf("as %v: %v", args, err)
	}
}
