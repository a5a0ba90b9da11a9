// Package register folds the journal into the register (入退室管理簿): one line a visit, Articles 20(3) and (4).
//
// What it promises:
//   - A line is what the entries of its visit say, in their order, and nothing else: folding the journal and its private
//     parts anew gives the same lines as the daemon kept, and whoever doubts the one compares it with the other.
//   - A line opens with visit.opened, which follows access.taken: granted is not entered.
//   - Nothing is taken back. Consent that came after leaving stays 事後承諾; a correction stands beside what it corrects.
//   - Times are those of the entries, to the millisecond, in Japan's time.
//
// It is pure. A Book belongs to one goroutine.
package register
