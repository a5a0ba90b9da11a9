package bundle

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"
)

func lastIndex(b []byte, s string) int { return bytes.LastIndex(b, []byte(s)) }

// decrypt opens a part. What it opens to is never longer than the part.
func (o *Own) decrypt(b []byte) ([]byte, error) {
	if o.Identity == nil {
		return nil, errors.New("this door has no roster.identity: kidoban roster enrol makes one")
	}
	r, err := age.Decrypt(bytes.NewReader(b), o.Identity)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
