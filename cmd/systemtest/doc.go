// Package systemtest holds the tests of the whole: the three programs as they are built, a real broker, real files, and
// what goes wrong around them. Nothing is taken apart or replaced here; what a test asks, an operator could ask too.
//
//   - testdata/script: what the commands say, to mistakes above all.
//   - TestKill: the daemon killed at any moment forgets nothing that it has let anybody know.
//   - TestBroker: whatever the broker and the central log forget, each entry is in the central log once and in order.
//   - TestStalledDisk, TestDiskErrors: rules 1 and 2 while the disk stalls, fills or fails.
//   - TestNoSecretsAnywhere: no card number, PIN or key in anything that is stored, logged or published.
//   - TestDemo, TestStop: the demonstration, and an end that leaves nothing to settle.
//
// The tests need gcc and Debian's mosquitto, and fail without them.
package systemtest
