-- +goose Up

-- The index of searches gets the severity, 0 (info) to 4 (emergency). It is made anew when the door is quiet.
DROP TABLE trace;
CREATE TABLE trace (
	sequence INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	type     TEXT NOT NULL,
	severity INTEGER NOT NULL,
	door     TEXT NOT NULL,
	person   TEXT NOT NULL,
	other    TEXT NOT NULL,
	visit    TEXT NOT NULL,
	permit   TEXT NOT NULL,
	alarm    TEXT NOT NULL
) STRICT;
CREATE INDEX trace_at ON trace (at);
CREATE INDEX trace_type ON trace (type, at);
CREATE INDEX trace_severity ON trace (severity) WHERE severity > 1;
CREATE INDEX trace_person ON trace (person) WHERE person != '';
CREATE INDEX trace_other ON trace (other) WHERE other != '';
CREATE INDEX trace_visit ON trace (visit) WHERE visit != '';
CREATE INDEX trace_permit ON trace (permit) WHERE permit != '';
CREATE INDEX trace_alarm ON trace (alarm) WHERE alarm != '';

-- Days that are over, counted when the door is quiet: what figures are added up from. It is never the truth: a day that has
-- no row here is counted from the register and the entries themselves, and what changes one of its rows takes its count
-- away. day: since 1970-01-01 in Japan. first and last: the sequences of the indexed entries that state a time of it, NULL
-- where there are none.
CREATE TABLE counted (
	day    INTEGER PRIMARY KEY,
	first  INTEGER,
	last   INTEGER,
	counts TEXT NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER visit_entered_new BEFORE INSERT ON visit
BEGIN
	DELETE FROM counted WHERE day = (NEW.entered + 32400000000) / 86400000000;
	DELETE FROM counted WHERE day = (SELECT (entered + 32400000000) / 86400000000 FROM visit WHERE line = NEW.line);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visit_changed AFTER UPDATE ON visit
BEGIN
	DELETE FROM counted WHERE day = (OLD.entered + 32400000000) / 86400000000;
	DELETE FROM counted WHERE day = (NEW.entered + 32400000000) / 86400000000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visit_gone AFTER DELETE ON visit
BEGIN
	DELETE FROM counted WHERE day = (OLD.entered + 32400000000) / 86400000000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER trace_new AFTER INSERT ON trace
BEGIN
	DELETE FROM counted WHERE day = (NEW.at + 32400000000) / 86400000000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER trace_gone AFTER DELETE ON trace
BEGIN
	DELETE FROM counted WHERE day = (OLD.at + 32400000000) / 86400000000;
END;
-- +goose StatementEnd

-- +goose Down
