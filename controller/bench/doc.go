// Package bench measures the bars of speed and size that kidoban sets itself, and prints them as a table. It has tests
// only, and none of them is timed: a missed bar is a line that says so, never a failure.
//
//	go test -run TestBars -v -count=1 -timeout 2h ./controller/bench -bars
//
// Machines differ and are shared, so a number by itself says little. What is judged is the ratio, within one run, between
// ours and the limit or a peer: the disk's own overwrite and sync, a bare map, a minimal daemon of the same libraries.
// Both are taken in turn, sample by sample. A round in which the limit itself moved more than threefold is discarded; the
// median of the rounds left, at least five, is the result, else the line says "noisy". A line is
//
//	P1 last bit -> strike p50    1.23x    bar 1.5x    stretch 1.15x    ok    (ours, limit, rounds)
//
// Without -bars the same code runs on tiny counts and judges nothing: it only shows that the measuring still works.
package bench
