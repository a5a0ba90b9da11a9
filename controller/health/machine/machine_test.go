package machine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kidoban/controller/health/machine"
	"kidoban/controller/wire"
)

// tree writes files below a root, and makes dev the block device of the directory data: "mmcblk0/mmcblk0p2".
func tree(t *testing.T, data, dev string, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var st unix.Stat_t
	if err := unix.Stat(data, &st); err != nil {
		t.Fatal(err)
	}
	block := filepath.Join(root, "sys/dev/block")
	for _, dir := range []string{block, filepath.Join(root, "sys/block", dev)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	name := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	if err := os.Symlink(filepath.Join("../../block", dev), filepath.Join(block, name)); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestLook(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(data+"/journal.db", make([]byte, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	pi := map[string]string{
		"sys/class/thermal/thermal_zone0/temp": "48312", "sys/class/hwmon/hwmon0/name": "cpu_thermal",
		"sys/class/hwmon/hwmon1/name": "rpi_volt", "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1",
		"sys/block/mmcblk0/device/life_time": "0x02 0x09", "sys/block/mmcblk0/device/pre_eol_info": "0x02",
	}
	for _, c := range []struct {
		name, dev string
		files     map[string]string
		wear      int
		spare     string
		pi        bool
	}{
		{"a Pi on its eMMC's second partition", "mmcblk0/mmcblk0p2", pi, 90, "warning", true},
		{"the whole eMMC", "mmcblk0", pi, 90, "warning", true},
		{"an SD card, which does not tell", "mmcblk1/mmcblk1p2", map[string]string{"sys/block/mmcblk1/device/type": "SD"}, 0, "", false},
		{"not defined", "mmcblk0", map[string]string{"sys/block/mmcblk0/device/life_time": "0x00 0x00"}, 0, "", false},
		{"nonsense", "mmcblk0", map[string]string{"sys/block/mmcblk0/device/life_time": "worn", "sys/class/thermal/thermal_zone0/temp": "hot"}, 0, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := machine.At(tree(t, data, c.dev, c.files), data, wire.Software{Kidoban: "v1"}, time.UTC)
			h := m.Look(time.Now())
			wear := 0
			if h.Disk.Wear != nil {
				wear = *h.Disk.Wear
			}
			if wear != c.wear || h.Disk.Spare != c.spare || h.Disk.Journal != 5000 || h.Disk.Free <= 0 || h.Disk.Size < h.Disk.Free {
				t.Errorf("disk %+v, worn %d%%", h.Disk, wear)
			}
			if b := h.Board; c.pi && (b.Temperature == nil || *b.Temperature != 48.3 || b.Undervoltage == nil || !*b.Undervoltage) ||
				!c.pi && (b.Temperature != nil || b.Undervoltage != nil) {
				t.Errorf("board %+v", b)
			}
			if h.Software.Kernel == "" || h.Software.Kidoban != "v1" || h.Booted == "" || h.Clock.State == "" || h.Clock.Since == "" {
				t.Errorf("%+v", h)
			}
		})
	}
}

// TestSlaves: an encrypted disk is as worn as what it lies on.
func TestSlaves(t *testing.T) {
	data := t.TempDir()
	root := tree(t, data, "dm-0", map[string]string{"sys/block/mmcblk0/device/life_time": "0x03 0x01", "sys/block/mmcblk0/mmcblk0p2/size": "1"})
	slaves := filepath.Join(root, "sys/block/dm-0/slaves")
	if err := os.MkdirAll(slaves, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../mmcblk0/mmcblk0p2", slaves+"/mmcblk0p2"); err != nil {
		t.Fatal(err)
	}
	if h := machine.At(root, data, wire.Software{}, time.UTC).Look(time.Now()); h.Disk.Wear == nil || *h.Disk.Wear != 30 {
		t.Errorf("%+v", h.Disk)
	}
}
