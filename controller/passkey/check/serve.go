package check

import (
	"context"
	"io"

	"kidoban/controller/apart"
)

// Serve answers the one question that comes in, and is what a program apart does (passkey.Apart).
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	return apart.Serve(ctx, in, out, Here{}.Do)
}
