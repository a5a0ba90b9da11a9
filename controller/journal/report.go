package journal

import (
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Kind of a Problem.
type Kind uint8

// The kinds.
const (
	Edited          Kind = iota + 1 // the entry's bytes are not those that were hashed
	EditedWithHash                  // an entry of the range was changed together with its own hash
	Deleted                         // entries are missing
	Inserted                        // entries that were never written
	Swapped                         // two entries stand in each other's place
	Misnumbered                     // an entry names another number than its own
	Foreign                         // an entry of another journal
	Unreadable                      // no entry at all
	HashEdited                      // a stored hash is not that of what lies under it
	TailCut                         // fewer entries than the journal itself signed
	RolledBack                      // fewer, or others, than a checkpoint known from outside
	RootDiffers                     // the entries are not those that were signed
	CheckpointFalse                 // a checkpoint whose signature, form or origin is wrong
	PrivateEdited                   //
	PrivateMissing                  //
	PrivateInserted                 // a private part that no entry binds
	PayloadDeleted                  // a payload is gone and no journal.purged entry lists it
	PurgeFalse                      // a journal.purged entry that lists what is not so
)

var kindWords = [...]string{
	Edited: "edited", EditedWithHash: "edited_with_hash", Deleted: "deleted", Inserted: "inserted", Swapped: "swapped",
	Misnumbered: "misnumbered", Foreign: "foreign", Unreadable: "unreadable", HashEdited: "hash_edited", TailCut: "tail_cut",
	RolledBack: "rolled_back", RootDiffers: "root_differs", CheckpointFalse: "checkpoint_false", PrivateEdited: "private_edited",
	PrivateMissing: "private_missing", PrivateInserted: "private_inserted", PayloadDeleted: "payload_deleted", PurgeFalse: "purge_false",
}

// Kinds are all kinds of Problem.
func Kinds() (all []Kind) {
	for k := Edited; k <= PurgeFalse; k++ {
		all = append(all, k)
	}
	return all
}

// String is the kind's word for other programs.
func (k Kind) String() string { return kindWords[k] }

// Problem is one thing that is wrong, and where.
type Problem struct {
	Kind     Kind
	From, To uint64 // entries; for TailCut, RolledBack, RootDiffers and CheckpointFalse: To is the checkpoint's size
	Detail   string
}

// String says it to a person.
func (p Problem) String() string {
	text := fmt.Sprintf(problemText[p.Kind], p.which())
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	return text
}

var problemText = [...]string{
	Edited:          "%s: edited, the bytes do not match their hash",
	EditedWithHash:  "%s: edited together with its hash, the hash above does not fit",
	Deleted:         "%s: deleted",
	Inserted:        "%s: inserted",
	Swapped:         "%s: swapped",
	Misnumbered:     "%s: the number inside disagrees",
	Foreign:         "%s: of another journal",
	Unreadable:      "%s: not an entry",
	HashEdited:      "%s: stored hash edited",
	TailCut:         "%s: the tail was cut off",
	RolledBack:      "%s: rolled back behind a known checkpoint",
	RootDiffers:     "%s: not the entries that were signed",
	CheckpointFalse: "%s: not to be believed",
	PrivateEdited:   "%s: private part edited",
	PrivateMissing:  "%s: private part missing",
	PrivateInserted: "%s: private part inserted",
	PayloadDeleted:  "%s: payload deleted without a journal.purged entry",
	PurgeFalse:      "%s: lists as purged what is not so",
}

func (p Problem) which() string {
	switch {
	case p.Kind == CheckpointFalse:
		return "checkpoint"
	case p.Kind == TailCut, p.Kind == RolledBack, p.Kind == RootDiffers:
		return "checkpoint of " + strconv.FormatUint(p.To, 10) + " entries"
	case p.Kind == Swapped:
		return fmt.Sprintf("entries %d and %d", p.From, p.To)
	case p.From == p.To:
		return "entry " + strconv.FormatUint(p.From, 10)
	}
	return fmt.Sprintf("entries %d to %d", p.From, p.To)
}

// Report is what verifying found.
type Report struct {
	Size     uint64    // entries
	Root     tlog.Hash // of the tree over them; zero if a gap leaves it unknown
	Signed   uint64    // how many of them a checkpoint that agrees covers; those after it are not proven yet
	Purged   uint64    // whose payload is gone
	Left     uint64    // whose payload is not in this part
	Nameless uint64    // whose private part never came here
	Problems []Problem
	More     int // problems beyond the first thousand
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

const mostProblems = 1000

func (r *Report) add(p Problem) {
	if len(r.Problems) >= mostProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, p)
}
