//go:build race

package systemtest_test

const raceOn = true
