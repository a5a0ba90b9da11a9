package shelftest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"kidoban/controller/archive/shelf"
)

// server is the binary's PostgreSQL: started when it is first asked for, and never stopped by the tests. It ends, and its
// directory goes, when the pipe that it watches closes with the binary.
type server struct {
	dir   string
	watch io.WriteCloser
	err   error
	names atomic.Int64
}

// one is the server, or why there is none.
var one = sync.OnceValue(start)

const (
	binary   = "/usr/lib/postgresql/15/bin"
	template = "template_central"
)

// Postgres makes a database on the server and returns its connection string. A machine without PostgreSQL fails the test.
func Postgres(t testing.TB) string {
	t.Helper()
	return database(t, template)
}

// Blank is Postgres without the central log's schema.
func Blank(t testing.TB) string {
	t.Helper()
	return database(t, "template1")
}

func database(t testing.TB, from string) string {
	t.Helper()
	s := one()
	if s.err != nil {
		t.Fatalf("start PostgreSQL: %v", s.err)
	}
	name := fmt.Sprintf("test%d", s.names.Add(1))
	if err := s.exec("CREATE DATABASE " + name + " TEMPLATE " + from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.where(name)
}

func (s *server) where(database string) string {
	return "host=" + s.dir + " user=kidoban dbname=" + database
}

func (s *server) exec(query string) error {
	db, err := sql.Open("pgx", s.where("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}

// script makes a cluster in $1 and serves it on a socket there until standard input ends.
const script = `initdb -D "$1/data" -U kidoban -A trust -E UTF8 --locale=C --no-sync >"$1/log" 2>&1 || exit 1
postgres -D "$1/data" -c listen_addresses= -c unix_socket_directories="$1" -c max_connections=300 -c shared_buffers=64MB \
	-c fsync=on -c synchronous_commit=on >>"$1/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$1"`

func start() *server {
	s := &server{}
	s.err = s.start()
	return s
}

func (s *server) start() error {
	if _, err := os.Stat(filepath.Join(binary, "postgres")); err != nil {
		return errors.New("install postgresql-15: the real database is part of this test")
	}
	who, err := unprivileged()
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "kidoban-pg-"); err != nil {
		return err
	}
	if who != nil {
		if err := os.Chown(s.dir, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	c := exec.Command("sh", "-c", script, "sh", s.dir)
	c.Dir = s.dir
	c.Env = append(os.Environ(), "PATH="+binary+":/usr/bin:/bin")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: who}
	if s.watch, err = c.StdinPipe(); err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	return s.ready()
}

// unprivileged is whom the server runs as: it refuses root. nil is who we are.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("install postgresql-15: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err, err2)
}

// ready waits until it answers, and makes the template.
func (s *server) ready() error {
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = s.exec("CREATE DATABASE " + template); err == nil {
			return shelf.Create(context.Background(), s.where(template))
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return fmt.Errorf("%w\n%s", err, log)
}
