// Command kidoband is the door daemon: it reads the panel, decides by Article 20, keeps the record before it releases,
// and publishes it. It is told everything by one configuration file and is spoken to through its socket (see kidoban).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"kidoban/device/panel"
)

func main() {
	path := flag.String("config", "/etc/kidoban/kidoban.toml", "configuration `file`")
	check := flag.Bool("check", false, "check the configuration and what it names, then end")
	secure := flag.Bool("secure", false, "drive every strike line off, then end (ExecStopPost)")
	version := flag.Bool("version", false, "print the version, then end")
	flag.Parse()
	log := newLog()
	err := panel.Prepare(log) // first: the library rearranges file descriptors, once
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch {
	case *version:
		_, err = fmt.Println("kidoband", Version)
	case *secure:
		err = secureAll(*path, log)
	case *check:
		err = checkOnly(*path, os.Stdout)
	default:
		err = run(ctx, *path, err, log)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kidoband:", err)
		os.Exit(1)
	}
}
