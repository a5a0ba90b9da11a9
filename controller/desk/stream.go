package desk

import (
	"bytes"
	"fmt"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// journal streams entries, one a line, from a sequence on; with follow it goes on as they become durable.
func (k *Desk) journal(w http.ResponseWriter, r *http.Request) {
	from, follow := uint64(0), r.URL.Query().Get("follow") == "true"
	if s := r.URL.Query().Get("from"); s != "" {
		if _, err := fmt.Sscan(s, &from); err != nil {
			refuse(w, http.StatusBadRequest, "from is a sequence number")
			return
		}
	}
	if s := r.URL.Query().Get("last"); s != "" {
		var last uint64
		if _, err := fmt.Sscan(s, &last); err != nil {
			refuse(w, http.StatusBadRequest, "last is a number of entries")
			return
		}
		size := k.Store.Head().Size
		from = size - min(last, size)
	}
	all := k.seesSilent(r)
	w.Header().Set("Content-Type", "application/jsonl")
	flush := http.NewResponseController(w)
	for {
		grown := k.Store.Grown()
		rows, err := k.Store.Rows(r.Context(), from, 500)
		if err != nil {
			return
		}
		for _, row := range rows {
			if !all && silent(row.Payload) {
				from = row.Sequence + 1
				continue
			}
			if _, err := w.Write(append(lineOf(row), '\n')); err != nil {
				return
			}
			from = row.Sequence + 1
		}
		_ = flush.Flush()
		if len(rows) > 0 {
			continue
		}
		if !follow {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-grown:
		}
	}
}

// seesSilent says that whoever asks may know of duress; where nobody can say, that they may not.
func (k *Desk) seesSilent(r *http.Request) bool {
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskSilent{}})
	may, _ := a.Value.(bool)
	return err == nil && may
}

// lineOf is an entry's own bytes; of one that was purged, what is left of it.
func lineOf(row store.Row) []byte {
	if row.Payload != nil {
		return row.Payload
	}
	return store.PurgedLine(row)
}

// silent says that an entry speaks of duress: not everybody is shown it.
func silent(payload []byte) bool {
	return journal.TypeOf(payload) == journal.AccessDuress ||
		bytes.Contains(payload, []byte(`"alarm":"`+string(journal.AccessDuress)+"/")) ||
		bytes.Contains(payload, []byte(`"point":"duress_pin"`))
}
