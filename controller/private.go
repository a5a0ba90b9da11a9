package controller

import "encoding/json"

// private makes a private part: what names a person or is somebody's words, with a salt of its own so that the hash in the
// entry tells nothing.
func (s *State) private(words any) []byte {
	salt := ""
	if s.site.Hashes.Salt != nil {
		salt = s.site.Hashes.Salt()
	}
	b, err := json.Marshal(words)
	if err != nil || len(b) < 2 || b[0] != '{' {
		return nil
	}
	head := []byte(`{"salt":"` + salt + `"`)
	if len(b) > 2 {
		head = append(head, ',')
	}
	return append(head, b[1:]...)
}
