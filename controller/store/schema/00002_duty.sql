-- +goose Up

-- A person's dated duty without a post (access.Duty). zone: '' in every zone.
CREATE TABLE duty (
	generation INTEGER NOT NULL,
	person     TEXT NOT NULL,
	duty       TEXT NOT NULL,
	zone       TEXT NOT NULL,
	begins     INTEGER NOT NULL,
	ends       INTEGER NOT NULL,
	PRIMARY KEY (generation, person, duty, zone, begins)
) STRICT, WITHOUT ROWID;

-- +goose Down
