// Command kidobanlog is the central log: it takes the doors' entries from MQTT, verifies them, stores them and confirms
// them to the doors.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(os.Stdout, os.Stderr).ExecuteContext(ctx)
	stop()
	var end standing
	if errors.As(err, &end) { // what it means is printed
		os.Exit(end.code)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "kidobanlog:", err)
		os.Exit(1)
	}
}
