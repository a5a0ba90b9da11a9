package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The position is a hint: it is written without a sync, and one that does not read well counts as none.
const (
	positionFile     = "outbox.position"
	acknowledgedFile = "acknowledged.note"
)

func readPosition(dir, origin string) (size int64, err error) {
	b, err := os.ReadFile(filepath.Join(dir, positionFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read sending position: %w", err)
	}
	var o, end string
	if n, _ := fmt.Sscanf(string(b), "%s %d %s\n", &o, &size, &end); n != 3 || o != origin || end != "end" || size < 0 {
		return 0, nil
	}
	return size, nil
}

func writePosition(dir, origin string, size int64, ack []byte) error {
	if err := replace(filepath.Join(dir, positionFile), fmt.Appendf(nil, "%s %d end\n", origin, size)); err != nil {
		return err
	}
	if ack == nil {
		return nil
	}
	return replace(filepath.Join(dir, acknowledgedFile), ack)
}

func replace(path string, content []byte) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, content, 0o640); err != nil {
		return fmt.Errorf("write sending position: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("write sending position: %w", err)
	}
	return nil
}
