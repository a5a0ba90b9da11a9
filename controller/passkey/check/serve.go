package check

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"kidoban/controller/passkey"
)

// requestMost bounds a request.
const requestMost = 1 << 20

// Serve answers the one question that comes in, and is what a program apart does (passkey.Apart).
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	var r passkey.Request
	d := json.NewDecoder(io.LimitReader(in, requestMost))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	a, err := Here{}.Do(ctx, r)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(a)
}
