package systemtest_test

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"
)

var secretLine = regexp.MustCompile(`secret: ([A-Z2-7]+)`)

// cmdEnrol sets up one-time codes for whoever is signed in, as an authenticator does: enrol NAME keeps the secret in $NAME. With !
// it gives a wrong code.
func cmdEnrol(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, args, 1, "enrol NAME")
	cmd := exec.Command(program("kidoban"), "account", "code")
	for _, name := range []string{"HOME", "PATH", "KIDOBAN_SOCKET", "KIDOBAN_ACCOUNT", "XDG_RUNTIME_DIR", "WORK", "GORACE"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Dir = ts.MkAbs(".")
	in, err := cmd.StdinPipe()
	ts.Check(err)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = os.Stderr
	ts.Check(cmd.Start())
	var said strings.Builder
	for buf := make([]byte, 4096); secretLine.FindString(said.String()+"\n") == "" || !strings.HasSuffix(said.String(), "\n"); {
		n, err := out.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			_ = cmd.Wait()
			ts.Fatalf("no secret was printed: %s", said.String())
		}
	}
	secret := secretLine.FindStringSubmatch(said.String())[1]
	code := "000000"
	if !neg {
		code, err = totp.GenerateCode(secret, time.Now().Add(-30*time.Second))
		ts.Check(err)
	}
	_, err = io.WriteString(in, code+"\n")
	ts.Check(err)
	if err := cmd.Wait(); (err != nil) != neg {
		ts.Fatalf("enrol: %v", err)
	}
	ts.Setenv(args[0], secret)
}

// cmdCode writes the code of a secret for now into a file: code FILE SECRET.
func cmdCode(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 2, "code FILE SECRET")
	code, err := totp.GenerateCode(args[1], time.Now())
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(code+"\n"), 0o600))
}
