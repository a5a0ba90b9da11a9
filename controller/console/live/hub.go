package live

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

//go:embed words.*.toml
var files embed.FS

// The times of an open page.
const (
	settle     = 20 * time.Millisecond // entries come in company
	rest       = 60 * time.Millisecond // and parts are made at most so often
	beatEvery  = 10 * time.Second      // nothing has changed, and the line is up; what shows the time is made anew
	checkEvery = 30 * time.Second      // whether the sign-in is still one
	writeMost  = 10 * time.Second      // who takes longer to read is dropped
	retryEvery = time.Second           // the daemon does not answer
)

// viewersMost bounds the pages that are open at once.
const viewersMost = 2000

// Hub sends parts to pages.
type Hub struct {
	parts   []Part
	log     *slog.Logger
	over    chan struct{} // closed when Run ends
	classes [2]*class     // those who may not know of silent alarms, and those who may
}

// New prepares a hub of the daemon at a socket. It connects when somebody looks.
func New(socket string, parts []Part, log *slog.Logger) *Hub {
	h := &Hub{parts: parts, log: log, over: make(chan struct{})}
	nobody := desk.Dial(socket).Nobody()
	h.classes = [2]*class{newClass(h, nobody), newClass(h, nil)}
	return h
}

// Group is the route of the events.
func (h *Hub) Group() web.Group {
	return web.Group{Name: "live", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/live", May: []account.Action{account.Look}, Quiet: true, Do: h.look},
	}}
}

// Run follows the daemon while somebody looks, until ctx ends; it is called once.
func (h *Hub) Run(ctx context.Context, pages *web.Server) error {
	defer close(h.over)
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range h.classes {
		group.Go(func() error { c.follow(ctx); return nil })
		group.Go(func() error { c.render(ctx, pages); return nil })
	}
	return group.Wait()
}

// look answers with the events of some parts.
func (h *Hub) look(c *web.Call) (web.Answer, error) {
	v := &viewer{lang: c.Lang, desk: c.Desk, over: make(chan struct{})}
	for name := range strings.SplitSeq(c.Form.Get("parts")+",bell", ",") { // the menu counts alarms on every page
		if i := slices.IndexFunc(h.parts, func(p Part) bool { return p.Name == name }); i >= 0 {
			v.parts = append(v.parts, i)
		}
	}
	v.entries, _ = strconv.ParseUint(c.Form.Get("at"), 10, 64)
	cl := h.classes[0]
	if c.Me.Silent {
		cl = h.classes[1]
	}
	return web.Stream(func(c *web.Call) error {
		if !cl.enter(v) {
			http.Error(c.W, "503", http.StatusServiceUnavailable)
			return nil
		}
		defer cl.leave(v)
		v.serve(c, cl)
		return nil
	}), nil
}
