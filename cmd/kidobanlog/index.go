package main

import (
	"context"
	"time"
)

// The index of searches is built behind the archive's back: after each part it rests for several times as long as that
// took, so that what doors send goes first. Whoever asks meanwhile indexes the rest before the answer.
const (
	restLeast = time.Second // when there is nothing to do
	restTimes = 4
)

func (v *service) index() error {
	v.parts = append(v.parts, v.keepIndex)
	return nil
}

func (v *service) keepIndex(ctx context.Context) error {
	for ctx.Err() == nil {
		began := time.Now()
		more, err := v.shelf.Index(ctx)
		if err != nil && ctx.Err() == nil {
			v.log.Warn("searches are slower: the index cannot be kept", "err", err)
		}
		rest := restLeast
		if more && err == nil {
			rest = restTimes * time.Since(began)
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
	return nil
}
