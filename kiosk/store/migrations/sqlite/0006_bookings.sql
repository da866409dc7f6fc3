-- Appointments, each with what became of it.
CREATE TABLE bookings (
    hall       TEXT NOT NULL,
    id         TEXT NOT NULL,
    day        TEXT NOT NULL,
    code       TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    start_at   INTEGER NOT NULL,
    end_at     INTEGER NOT NULL,
    service    TEXT NOT NULL,
    group_id   TEXT NOT NULL,
    services   TEXT NOT NULL,
    channel    TEXT NOT NULL,
    state      TEXT NOT NULL,
    moved      INTEGER NOT NULL,
    overbooked TEXT,
    settled_at INTEGER,
    reason     TEXT,
    ticket     TEXT,
    PRIMARY KEY (hall, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bookings_by_day ON bookings (hall, day, start_at);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bookings', 'bookings', '300000 300000 1'),
    ('bookings', 'bookings_by_day', '300000 300000 900 20');
