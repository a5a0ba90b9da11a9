// Package console serves the pages that people see: a process of its own beside the daemon, which it knows by its socket
// alone. What it fails at never touches the door.
package console

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller/console/accounts"
	"kidoban/controller/console/alarms"
	"kidoban/controller/console/audit"
	"kidoban/controller/console/book"
	"kidoban/controller/console/demo"
	"kidoban/controller/console/live"
	"kidoban/controller/console/people"
	"kidoban/controller/console/permits"
	"kidoban/controller/console/room"
	"kidoban/controller/console/setup"
	"kidoban/controller/console/tablet"
	"kidoban/controller/console/visits"
	"kidoban/controller/console/web"
)

// Console is the server of the pages.
type Console struct {
	web    *web.Server
	live   *live.Hub
	listen string
	tls    *tls.Config // nil on a loopback address
	log    *slog.Logger
}

// New prepares the console of a site. It connects to the daemon with the first request. d is the site of a demonstration, nil
// of any other.
func New(c *config.Config, d demo.Site, log *slog.Logger) (*Console, error) {
	k := &Console{listen: c.Console.Listen, log: log}
	var err error
	if k.tls, err = certificate(c.Console); err != nil {
		return nil, err
	}
	k.live = live.New(c.Socket.Path, slices.Concat(room.Parts(), alarms.Parts()), log)
	groups := []web.Group{
		k.live.Group(),
		room.Group(), permits.Group(), visits.Group(), tablet.Group(), book.Group(), people.Group(), alarms.Group(), audit.Group(),
		accounts.Group(), setup.Group(c.Console.Certificate),
	}
	site := siteOf(c)
	if site.Plan, err = ownPlan(c, log); err != nil {
		return nil, err
	}
	if site.Demo {
		groups = append(groups, demo.Group(d))
	}
	k.web, err = web.New(web.Config{
		Site: site, Socket: c.Socket.Path, Name: c.Console.Name, Secure: k.tls != nil, Menu: menu(site), Log: log, Now: time.Now,
	}, groups)
	return k, err
}

func siteOf(c *config.Config) web.Site {
	s := web.Site{
		City: c.Site, Rule: c.RuleBasis, Phones: [2]string{c.Contact.Day, c.Contact.Night}, Escort: c.Visits.EscortWindow.Std(),
		Demo: c.Panel.Kind == "sim" && onMachine(c.Console.Listen),
	}
	for _, z := range c.Zones {
		s.Zones = append(s.Zones, web.Place{Name: z.Name, Title: titled(z.Title, z.Name), Zone: z.Name})
		if s.Room == "" || z.Kind == "management_room" {
			s.Room = titled(z.Title, z.Name)
		}
	}
	for _, d := range c.Doors {
		s.Doors = append(s.Doors, web.Place{Name: d.Name, Title: titled(d.Title, d.Name), Zone: d.Zone, Contact: d.Contact != nil, Button: d.Exit != nil, Lamp: d.Lamp != nil})
	}
	return s
}

// onMachine says that the console listens for this machine alone: nobody else plays at its door, or signs in by a click.
func onMachine(listen string) bool {
	at, err := netip.ParseAddrPort(listen)
	return err == nil && at.Addr().IsLoopback()
}

func titled(title, name string) string {
	if title == "" {
		return name
	}
	return title
}

// Handler answers every request, for tests.
func (k *Console) Handler() http.Handler { return k.web.Handler() }

// Routes are all that are served.
func (k *Console) Routes() []web.Route { return k.web.Routes() }

// Run serves until ctx ends.
func (k *Console) Run(ctx context.Context) error {
	l, err := net.Listen("tcp", k.listen)
	if err != nil {
		return fmt.Errorf("console: %w (another program's port? move it: console.listen)", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	srv := &http.Server{
		Handler: k.web.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(k.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return ctx }, TLSConfig: k.tls,
	}
	group.Go(func() error {
		serve := srv.Serve
		if k.tls != nil { // with HTTP/2: a browser has few connections, and open pages take one each without it
			serve = func(l net.Listener) error { return srv.ServeTLS(l, "", "") }
		}
		if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		return srv.Close()
	})
	group.Go(func() error { return k.Work(ctx) })
	return group.Wait()
}

// Work does what goes on beside the requests, until ctx ends.
func (k *Console) Work(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return k.web.Run(ctx) })
	group.Go(func() error { return k.live.Run(ctx, k.web) })
	return group.Wait()
}
