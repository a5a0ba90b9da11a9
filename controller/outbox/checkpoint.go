package outbox

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func signCheckpoint(origin string, size int64, root tlog.Hash, at time.Time, clock string, by note.Signer) ([]byte, error) {
	text := fmt.Sprintf("%s\n%d\n%s\ntime %s %s\n", origin, size, root, at.Format("2006-01-02T15:04:05.000Z07:00"), clock)
	return note.Sign(&note.Note{Text: text}, by)
}

func parseCheckpoint(text string) (origin string, size int64, root tlog.Hash, err error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 {
		return "", 0, tlog.Hash{}, errors.New("read checkpoint: too few lines")
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return "", 0, tlog.Hash{}, errors.New("read checkpoint: bad size")
	}
	root, err = tlog.ParseHash(lines[2])
	if err != nil {
		return "", 0, tlog.Hash{}, errors.New("read checkpoint: bad root")
	}
	return lines[0], size, root, nil
}
