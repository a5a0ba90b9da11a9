// Command kidoban is the operator's side of a door: it asks the daemon and gives it orders over its socket, brings people
// and cards in, and reads and verifies the record, from a running daemon or offline from a data directory.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newRoot().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "kidoban:", err)
		os.Exit(1)
	}
}
