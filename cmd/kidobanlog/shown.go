package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/identity"
	"kidoban/controller/journal"
)

// shown is what the connection to another broker was made with.
type shown struct {
	mu   sync.Mutex
	last []presented
	news chan struct{}
}

// presented is a certificate, and whose it is.
type presented struct {
	whose string
	*x509.Certificate
}

func newShown() *shown { return &shown{news: make(chan struct{}, 1)} }

func (s *shown) take(own, broker *x509.Certificate) {
	s.mu.Lock()
	s.last = nil
	for _, p := range []presented{{"broker certificate", broker}, {"own certificate", own}} {
		if p.Certificate != nil {
			s.last = append(s.last, p)
		}
	}
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (s *shown) certificates() []presented {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// outside are the certificates that somebody else may have issued: the authorities that are believed, and what the
// connection to another broker was made with.
func (v *service) outside() []presented {
	all := v.shown.certificates()
	for _, x := range v.believed() {
		all = append(all[:len(all):len(all)], presented{"authority", x})
	}
	return all
}

// warnOf records once for good that a certificate from outside runs out.
func (v *service) warnOf(ctx context.Context, o order, x presented) error {
	serial := identity.Serial(x.Certificate)
	already, err := v.warned(ctx, serial)
	if err != nil || already {
		return err
	}
	v.log.Warn("a certificate runs out (kidobanlog help operation: Certificates)", "whose", x.whose, "until", x.NotAfter.In(jst).Format(time.DateOnly))
	e := journal.Entry{At: o.at, Synced: o.synced, Type: journal.CertificateExpiring, Severity: journal.Warning, Subject: "controller"}
	e.Data = journal.Data{Mode: x.whose, Digest: serial, Until: x.NotAfter.In(jst).Format(time.RFC3339), Detail: fmt.Sprintf("%s %.64q", x.whose, x.Subject.CommonName)}
	return v.shelf.Record(ctx, v.own, e)
}

// warned says whether the central log's own journal warns of a certificate already.
func (v *service) warned(ctx context.Context, serial string) (bool, error) {
	js, err := v.shelf.Journals(ctx)
	if err != nil {
		return false, err
	}
	var own []int64
	for _, j := range js {
		if j.Own {
			own = append(own, j.ID)
		}
	}
	if len(own) == 0 {
		return false, nil
	}
	for f, err := range v.shelf.Search(ctx, shelf.Query{Journals: own, Types: []journal.Type{journal.CertificateExpiring}, Newest: true}) {
		if err != nil || f.Entry.Data.Digest == serial {
			return err == nil, err
		}
	}
	return false, nil
}
