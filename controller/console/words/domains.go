package words

// The domains.
const (
	Reasons Domain = "reason" // of access.denied, and why a grant was against a rule: as a name, not a sentence
)

var terms = map[Domain]map[string]word{}
