package central

import (
	"fmt"
	"regexp"
	"time"

	"kidoban/config"
	"kidoban/config/source"
)

// checker collects what the decoder could not know. A key that is already refused is not judged further.
type checker struct {
	file   string
	places source.Index
	bad    source.Problems
	notes  source.Problems
	broken map[source.Pos]bool
}

func newChecker(file string, places source.Index, bad source.Problems) *checker {
	k := &checker{file: file, places: places, bad: bad, broken: map[source.Pos]bool{}}
	for _, p := range bad {
		k.broken[p.Pos] = true
	}
	return k
}

func (k *checker) refuse(path, format string, args ...any) {
	if at := k.places.At(path); !k.broken[at] {
		k.bad = append(k.bad, source.Problem{File: k.file, Pos: at, Text: path + ": " + fmt.Sprintf(format, args...)})
	}
}

func (k *checker) warn(path, format string, args ...any) {
	k.notes = append(k.notes, source.Problem{File: k.file, Pos: k.places.At(path), Text: path + ": " + fmt.Sprintf(format, args...)})
}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

func (k *checker) name(path, value string) {
	if !namePattern.MatchString(value) {
		k.refuse(path, "a name is 1 to 32 of a-z, 0-9 and hyphens, a letter or digit first")
	}
}

func (k *checker) span(path string, d config.Duration, least, most time.Duration) {
	if v := time.Duration(d); v < least || v > most {
		k.refuse(path, "is %v to %v", least, most)
	}
}
