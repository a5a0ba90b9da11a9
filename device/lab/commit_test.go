//go:build lab

package lab_test

import (
	"database/sql"
	"os"
	"syscall"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"

	"kidoban/device/lab"
)

// TestOracle shows that the lab's oracle can tell: for a line raised after a commit with synchronous=FULL one trace holds
// both, the sync first, and with synchronous=OFF it holds no sync at all.
func TestOracle(t *testing.T) {
	if _, err := driverreg.Init(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode    string
		durable bool
	}{{"FULL", true}, {"OFF", false}} {
		t.Run(c.mode, func(t *testing.T) {
			const rounds, strike = 20, 22
			begun, events := commitAndRaise(t, c.mode, rounds, strike)
			good := 0
			var took time.Duration
			for _, at := range begun {
				synced, raised := after(events, at, strike)
				if raised == 0 {
					t.Fatal("the line was never raised")
				}
				if synced > at && synced < raised {
					good++
					took += raised - synced
				}
			}
			if want := map[bool]int{true: rounds, false: 0}[c.durable]; good != want {
				t.Errorf("%d of %d rises came after a sync of the log, want %d", good, rounds, want)
			}
			t.Logf("synchronous=%s: %d of %d rises after a sync, %v from sync to line on average", c.mode, good, rounds, took/max(1, time.Duration(good)))
		})
	}
}

// after finds the first rise of the line after an instant, and the last sync that was done before it.
func after(events []lab.Event, from time.Duration, line int) (synced, raised time.Duration) {
	for _, e := range events {
		switch {
		case e.At < from:
		case e.What == lab.SyncDone && !e.Failed:
			synced = e.At
		case e.What == lab.LineSet && e.Line == line && e.High:
			return synced, e.At
		}
	}
	return 0, 0
}

func commitAndRaise(t *testing.T, mode string, rounds, line int) (begun []time.Duration, log []lab.Event) {
	t.Helper()
	file := "/data/oracle-" + mode + ".db"
	db, err := sql.Open("sqlite3", "file:"+file+"?_journal_mode=WAL&_synchronous="+mode)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE fact (at INTEGER)"); err != nil {
		t.Fatal(err)
	}
	out, err := gpioioctl.Chips[0].LineSet(gpioioctl.LineOutput, gpio.NoEdge, gpio.PullNoChange, gpioioctl.Chips[0].ByNumber(line).Name())
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := lab.Trace(); err != nil {
		t.Fatal(err)
	}
	for range rounds {
		begun = append(begun, lab.Now())
		if _, err := db.Exec("INSERT INTO fact VALUES (?)", int64(lab.Now())); err != nil {
			t.Fatal(err)
		}
		if err := out.Out(1, 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
		if err := out.Out(0, 1); err != nil {
			t.Fatal(err)
		}
	}
	events, err := lab.TraceEnd()
	if err != nil {
		t.Fatal(err)
	}
	i, err := os.Stat(file + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events { // the rest of the disk is of no concern
		if e.Inode == 0 || e.Inode == i.Sys().(*syscall.Stat_t).Ino {
			log = append(log, e)
		}
	}
	return begun, log
}

// TestDiskTime shows that the guest's clock does not run ahead while the disk works, however busy the machine outside is.
func TestDiskTime(t *testing.T) {
	f, err := os.Create("/data/time")
	must(t, err)
	defer f.Close()
	var longest time.Duration
	for range 200 {
		began := lab.Now()
		_, err := f.Write(make([]byte, 4096))
		must(t, err)
		must(t, f.Sync())
		longest = max(longest, lab.Now()-began)
		time.Sleep(3 * time.Millisecond)
	}
	if longest > 200*time.Millisecond {
		t.Errorf("a sync lasted %v: times in this guest mean nothing", longest)
	}
	t.Logf("200 syncs, the longest %v", longest)
}
