package door

// String is the name in transcripts and logs.
func (s State) String() string {
	return name(int(s), "", "secure", "released", "opened", "held", "forced", "faulty")
}

// String is the name in transcripts and logs.
func (w Way) String() string { return name(int(w), "", "in", "out") }

// String is the name in transcripts and logs.
func (k FactKind) String() string {
	return name(int(k), "", "drive release", "drive secure", "taken", "not taken", "door opened", "door forced",
		"held warning", "door held", "held cleared", "door closed", "lock released", "lock secured", "door fault", "door restored")
}

func name(i int, names ...string) string {
	if i >= len(names) {
		return "unknown"
	}
	return names[i]
}
