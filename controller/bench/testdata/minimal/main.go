// Command minimal is the least that a daemon of kidoban's libraries can be: it opens a database as the door does, hands
// MQTT its address, says that it is ready and answers GET /status on a socket. Starts and memory are measured against it.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/coreos/go-systemd/v22/daemon"
	mqtt "github.com/eclipse/paho.mqtt.golang"
	_ "github.com/mattn/go-sqlite3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "minimal:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, broker string) error {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "minimal.db")+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, q := range []string{"CREATE TABLE IF NOT EXISTS entry (sequence INTEGER PRIMARY KEY, payload BLOB)",
		"INSERT INTO entry (payload) VALUES (zeroblob(500))"} {
		if _, err := db.Exec(q); err != nil {
			return err
		}
	}
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(broker).SetClientID("minimal").SetConnectRetry(true))
	client.Connect()
	defer client.Disconnect(0)
	l, err := net.Listen("unix", filepath.Join(dir, "minimal.sock"))
	if err != nil {
		return err
	}
	_, _ = daemon.SdNotify(false, daemon.SdNotifyReady)
	http.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	srv := &http.Server{}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	if err := srv.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}
