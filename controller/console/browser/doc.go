// Package browser tries the pages in a real Chromium, as people do: with the mouse, with the keyboard, at every width, in both
// languages. It has tests only. They need Debian's chromium and, for axe-core, npm:
//
//	go test -count=1 ./controller/console/browser -chromium -shots build/shots
//
// Without -chromium they are skipped. With -shots each page that was looked at is kept there as a picture, with a sheet of
// them all (index.html).
//
// It promises that a click of these tests is one that a person can make: on what is seen, at a place that nothing covers.
package browser
