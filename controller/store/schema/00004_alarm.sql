-- +goose Up

-- An alarm stays until it is closed: due is when it is escalated unless somebody acknowledges it before.
ALTER TABLE alarm ADD COLUMN zone TEXT NOT NULL DEFAULT '';
ALTER TABLE alarm ADD COLUMN due INTEGER;
ALTER TABLE alarm ADD COLUMN escalated INTEGER;
ALTER TABLE alarm ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;

-- incident: the declared emergency that a lockdown belongs to, '' = none.
ALTER TABLE mode ADD COLUMN incident TEXT NOT NULL DEFAULT '';

-- +goose Down
