package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// boot is PID 1 of the guest. It always ends in a power-off, and its closing line "LAB-RESULT pass=N fail=N" is what the
// run script believes.
func boot() error {
	pass, fail := 0, 0
	if err := prepare(); err != nil {
		fmt.Println("lab:", err)
		fail++
	} else {
		fmt.Printf("lab: ready %s after boot\n", uptime())
		pass, fail = runTests()
	}
	fmt.Printf("lab: finished %s after boot\n", uptime())
	fmt.Printf("LAB-RESULT pass=%d fail=%d\n", pass, fail)
	unix.Sync()
	return unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

func prepare() error {
	for _, m := range [][3]string{
		{"proc", "/proc", "proc"}, {"sysfs", "/sys", "sysfs"}, {"devtmpfs", "/dev", "devtmpfs"}, {"tmpfs", "/tmp", "tmpfs"},
		{"tmpfs", "/run", "tmpfs"}, {"tracefs", "/sys/kernel/tracing", "tracefs"}, {"debugfs", "/sys/kernel/debug", "debugfs"},
	} {
		if err := unix.Mount(m[0], m[1], m[2], 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", m[1], err)
		}
	}
	for _, kv := range [][2]string{{"PATH", "/bin"}, {"HOME", "/tmp"}, {"LAB", "1"}} {
		if err := os.Setenv(kv[0], kv[1]); err != nil {
			return err
		}
	}
	for file, text := range map[string]string{
		"/etc/passwd": "root:x:0:0::/:/\nkidoban:x:990:990::/:/\n", "/etc/group": "root:x:0:\nkidoban:x:990:\n",
		"/etc/hosts": "127.0.0.1 localhost\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	if err := loadModules("/modules"); err != nil {
		return err
	}
	if err := unix.Mount("configfs", "/sys/kernel/config", "configfs", 0, ""); err != nil {
		return fmt.Errorf("mount configfs: %w", err)
	}
	disk := exec.Command("/init", "disk")
	disk.Stderr = os.Stderr
	if err := disk.Start(); err != nil {
		return fmt.Errorf("watch the disk: %w", err)
	}
	if err := mountData(); err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return fmt.Errorf("bring lo up: %w", err)
	}
	return makeChip()
}

func loadModules(dir string) error {
	order, err := os.ReadFile(dir + "/order")
	if err != nil {
		return err
	}
	for name := range strings.FieldsSeq(string(order)) {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		err = unix.FinitModule(int(f.Fd()), "", 0)
		f.Close()
		if err != nil {
			return fmt.Errorf("load module %s: %w", name, err)
		}
	}
	return nil
}

// mountData waits for the disk, which its driver finds a little after it is loaded. /inner is a file system in a file of
// /data's: to freeze /data is to stall the disk of /inner.
func mountData() error {
	var err error
	for range 100 {
		if err = unix.Mount("/dev/vda", "/data", "ext4", 0, ""); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("mount /dev/vda on /data: %w", err)
	}
	file, err := os.OpenFile("/data/inner", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	disk, err := os.OpenFile("/dev/loop0", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer disk.Close()
	if err := unix.IoctlLoopConfigure(int(disk.Fd()), &unix.LoopConfig{Fd: uint32(file.Fd())}); err != nil {
		return fmt.Errorf("make a disk of /data/inner: %w", err)
	}
	if err := unix.Mount("/dev/loop0", "/inner", "ext4", 0, ""); err != nil {
		return fmt.Errorf("mount /dev/loop0 on /inner: %w", err)
	}
	return nil
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	r, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, r); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	return l.Close()
}

func runTests() (pass, fail int) {
	regex, err := os.ReadFile("/etc/lab-tests")
	if err != nil {
		regex = []byte(".")
	}
	tests, err := filepath.Glob("/tests/*.test")
	if err != nil {
		return 0, 1
	}
	for _, t := range tests {
		c := exec.Command(t, "-test.v", "-test.timeout=24h", "-test.run="+string(regex))
		c.Dir, c.Stdout, c.Stderr = "/tmp", os.Stdout, os.Stdout
		began := time.Now()
		err := c.Run()
		if err != nil {
			fail++
		} else {
			pass++
		}
		fmt.Printf("lab: %s took %.1f s of the guest's time (%v)\n", filepath.Base(t), time.Since(began).Seconds(), err)
	}
	return pass, fail
}

func uptime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano()).Round(10 * time.Millisecond)
}
