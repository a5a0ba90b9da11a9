package people

import "errors"

// Name is a name, a reading or an affiliation as it was typed, cleaned like a cell of an imported file, or what is wrong
// with it and what to do.
func Name(s string) (string, error) {
	s = clean(s)
	if bad := flaw(s); bad != "" {
		return "", errors.New(bad)
	}
	return s, nil
}
