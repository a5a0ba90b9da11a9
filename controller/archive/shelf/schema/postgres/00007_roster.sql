-- +goose Up
-- What was published for the doors below their topic roster, last of each name: it is signed by the office, and published
-- again to a broker that forgot it. name: '' is the manifest, '0', '1', … its parts, 'lost', 'lost-…' the lists of lost
-- cards, which are the whole site's: controller is kidoban/<site>/+ there.
CREATE TABLE roster (
	controller TEXT NOT NULL,    -- kidoban/<site>/<controller>
	name       TEXT NOT NULL,
	payload    BYTEA NOT NULL,
	PRIMARY KEY (controller, name)
);
-- Grows with each change, so that who publishes need not read all of it each time.
CREATE TABLE roster_change (
	one    BIGINT PRIMARY KEY CHECK (one = 1),
	number BIGINT NOT NULL
);
INSERT INTO roster_change (one, number) VALUES (1, 0);

-- +goose Down
DROP TABLE roster_change;
DROP TABLE roster;
