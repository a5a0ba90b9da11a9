-- +goose Up

-- What entries are searched by: taken from their payloads in batches, when the door is quiet, and never the truth. Entries
-- behind the last one that is here are searched themselves. other: whoever escorted, consented or approved.
CREATE TABLE trace (
	sequence INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	type     TEXT NOT NULL,
	door     TEXT NOT NULL,
	person   TEXT NOT NULL,
	other    TEXT NOT NULL,
	visit    TEXT NOT NULL,
	permit   TEXT NOT NULL,
	alarm    TEXT NOT NULL
) STRICT;
CREATE INDEX trace_at ON trace (at);
CREATE INDEX trace_type ON trace (type, at);
CREATE INDEX trace_person ON trace (person) WHERE person != '';
CREATE INDEX trace_other ON trace (other) WHERE other != '';
CREATE INDEX trace_visit ON trace (visit) WHERE visit != '';
CREATE INDEX trace_permit ON trace (permit) WHERE permit != '';
CREATE INDEX trace_alarm ON trace (alarm) WHERE alarm != '';

-- A purged entry leaves no trace.
-- +goose StatementBegin
CREATE TRIGGER entry_purged AFTER UPDATE OF payload ON entry WHEN NEW.payload IS NULL
BEGIN
	DELETE FROM trace WHERE sequence = NEW.sequence;
END;
-- +goose StatementEnd

-- +goose Down
