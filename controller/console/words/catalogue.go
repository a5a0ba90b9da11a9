package words

import "sync"

// catalogue is every sentence, ready to be recognised.
var catalogue = sync.OnceValue(func() index { return newIndex(saidAll()...) })

func saidAll() [][]said {
	return [][]said{saidOffice, saidRoom, saidDesk, saidCards, saidPeople, saidDevice}
}
