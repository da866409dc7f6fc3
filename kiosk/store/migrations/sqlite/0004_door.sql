-- What is known of the time before the ticket.
ALTER TABLE tickets ADD COLUMN door_at INTEGER;

CREATE TABLE arrivals (
    hall  TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    day   TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    door  TEXT    NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hall, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX arrivals_by_day ON arrivals (hall, day, at);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('arrivals', 'arrivals', '1200000 1200000 1'),
    ('arrivals', 'arrivals_by_day', '1200000 1200000 3600 1 1');
