-- +goose Up
-- What entries are searched by: taken from their payloads behind the archive's back, and never the truth, which is in the
-- entry. other: whoever escorted, consented or approved; severity: 0 info to 4 emergency; times: microseconds.
CREATE TABLE trace (
	journal    BIGINT NOT NULL REFERENCES journal (id),
	sequence   BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	type       TEXT NOT NULL,
	severity   BIGINT NOT NULL,
	door       TEXT NOT NULL,
	person     TEXT NOT NULL,
	other      TEXT NOT NULL,
	credential TEXT NOT NULL,
	permit     TEXT NOT NULL,
	visit      TEXT NOT NULL,
	alarm      TEXT NOT NULL,
	PRIMARY KEY (journal, sequence)
);
CREATE INDEX trace_at ON trace (at, journal, sequence);
CREATE INDEX trace_type ON trace (type, at, journal, sequence);
CREATE INDEX trace_door ON trace (door, at, journal, sequence) WHERE door <> '';
CREATE INDEX trace_person ON trace (person, at, journal, sequence) WHERE person <> '';
CREATE INDEX trace_other ON trace (other, at, journal, sequence) WHERE other <> '';
CREATE INDEX trace_credential ON trace (credential, at, journal, sequence) WHERE credential <> '';
CREATE INDEX trace_permit ON trace (permit, at, journal, sequence) WHERE permit <> '';
CREATE INDEX trace_visit ON trace (visit, at, journal, sequence) WHERE visit <> '';
CREATE INDEX trace_alarm ON trace (alarm, at, journal, sequence) WHERE alarm <> '';
-- Which entries of a journal are in it: all below upto.
CREATE TABLE traced (
	journal BIGINT PRIMARY KEY REFERENCES journal (id),
	upto    BIGINT NOT NULL
);
-- When a visit's person was inside at the most: the lines of the register are folded anew from the entries each time.
CREATE TABLE stay (
	journal  BIGINT NOT NULL REFERENCES journal (id),
	visit    TEXT NOT NULL,
	sequence BIGINT NOT NULL, -- of the entry that opened it
	zone     TEXT NOT NULL,
	entered  BIGINT NOT NULL,
	gone     BIGINT NOT NULL,
	PRIMARY KEY (visit, journal)
);
CREATE INDEX stay_entered ON stay (entered, journal, visit);
CREATE INDEX stay_gone ON stay (gone);

-- +goose Down
