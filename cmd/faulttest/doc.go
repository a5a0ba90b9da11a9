// Package faulttest is what `make faults` runs: the real programs, the real SQLite, a real broker, and what goes wrong
// around them, often. After each fault it is asked whether anything was lost, came twice or is wrong:
//
//   - what was shown or sent to anybody is in the door's record; the record verifies, and what is true beside it (who is
//     inside, the register's lines) is what its entries tell;
//   - each entry is at the central log exactly once, in order, byte for byte; nothing was confirmed that is not durable;
//   - nobody was let in without an earlier record, nor by a decision that the rules refuse.
//
// Each kind of fault is one test and one line: its count, what was lost, duplicated or wrong, and the seed that plays it
// again. Controls are the same programs with a fault built in (syncs left out, an answer before the record): they must be
// caught, or the kind proves nothing.
//
// Without -faults a test does as little as shows that it works.
package faulttest
