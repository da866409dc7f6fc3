-- Tables made from the log (kiosk/store/rows.py); `kiosk rebuild` makes them again.
CREATE TABLE days (
    hall      TEXT    NOT NULL,
    day       TEXT    NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    events    INTEGER NOT NULL,
    closed    INTEGER NOT NULL,
    seal      BLOB    NOT NULL,
    PRIMARY KEY (hall, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX days_open ON days (hall, day) WHERE closed = 0;

CREATE TABLE tickets (
    hall            TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    day             TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    priority        TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    language        TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    issued_at       INTEGER NOT NULL,
    first_called_at INTEGER,
    called_at       INTEGER,
    started_at      INTEGER,
    finished_at     INTEGER,
    window_id       TEXT,
    staff           TEXT,
    ahead           INTEGER NOT NULL,
    low_s           INTEGER,
    median_s        INTEGER,
    high_s          INTEGER,
    calls           INTEGER NOT NULL,
    recalls         INTEGER NOT NULL,
    reason          TEXT,
    PRIMARY KEY (hall, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_by_day ON tickets (hall, day, issued_at);

CREATE TABLE legs (
    hall            TEXT    NOT NULL,
    ticket          TEXT    NOT NULL,
    leg             INTEGER NOT NULL,
    day             TEXT    NOT NULL,
    place           INTEGER NOT NULL,
    is_current      INTEGER NOT NULL,
    service         TEXT    NOT NULL,
    group_id        TEXT    NOT NULL,
    bound           TEXT,
    state           TEXT    NOT NULL,
    waiting_since   INTEGER,
    first_called_at INTEGER,
    called_at       INTEGER,
    started_at      INTEGER,
    finished_at     INTEGER,
    service_ms      INTEGER NOT NULL,
    window_id       TEXT,
    staff           TEXT,
    outcome         TEXT,
    PRIMARY KEY (hall, ticket, leg)
) STRICT, WITHOUT ROWID;
CREATE INDEX legs_by_day ON legs (hall, day);

CREATE TABLE calls (
    hall       TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    day        TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    ticket     TEXT    NOT NULL,
    number     TEXT    NOT NULL,
    window_id  TEXT    NOT NULL,
    staff      TEXT,
    code       TEXT    NOT NULL,
    rule       TEXT    NOT NULL,
    group_id   TEXT    NOT NULL,
    priority   TEXT    NOT NULL,
    waited_s   INTEGER NOT NULL,
    points     REAL    NOT NULL,
    lead       REAL    NOT NULL,
    over_cap_s INTEGER NOT NULL,
    ahead_of   INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    PRIMARY KEY (hall, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_day ON calls (hall, day, seq);

CREATE TABLE window_times (
    hall      TEXT    NOT NULL,
    window_id TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    day       TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    staff     TEXT,
    reason    TEXT,
    from_at   INTEGER NOT NULL,
    until_at  INTEGER,
    PRIMARY KEY (hall, window_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX window_times_by_day ON window_times (hall, day);
CREATE INDEX window_times_open ON window_times (hall, window_id) WHERE until_at IS NULL;

CREATE TABLE ratings (
    hall       TEXT    NOT NULL,
    ticket     TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    score      INTEGER NOT NULL,
    dimensions TEXT    NOT NULL,   -- JSON object
    service    TEXT    NOT NULL,
    group_id   TEXT    NOT NULL,
    window_id  TEXT,
    staff      TEXT,
    PRIMARY KEY (hall, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX ratings_by_day ON ratings (hall, day);

CREATE TABLE prints (
    hall         TEXT    NOT NULL,
    ticket       TEXT    NOT NULL,
    copy         INTEGER NOT NULL,
    day          TEXT    NOT NULL,
    printer      TEXT    NOT NULL,
    requested_at INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    sending_at   INTEGER,
    settled_at   INTEGER,
    outcome      TEXT,
    detail       TEXT,
    PRIMARY KEY (hall, ticket, copy)
) STRICT, WITHOUT ROWID;
CREATE INDEX prints_by_day ON prints (hall, day);

-- What the planner should expect: halls with years of days behind them. Without it SQLite takes a
-- whole hall for ten rows and reads all of its history where an index names the day.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('events', 'events', '8000000 8000000 1'),
    ('events', 'events_by_day', '8000000 8000000 24000 1'),
    ('days', 'days', '365 365 1'),
    ('tickets', 'tickets', '1200000 1200000 1'),
    ('tickets', 'tickets_by_day', '1200000 1200000 3600 1 1'),
    ('legs', 'legs', '1300000 1300000 2 1'),
    ('legs', 'legs_by_day', '1300000 1300000 3900 2 1'),
    ('calls', 'calls', '1300000 1300000 1'),
    ('calls', 'calls_by_day', '1300000 1300000 3900 1'),
    ('window_times', 'window_times', '100000 100000 3000 1'),
    ('window_times', 'window_times_by_day', '100000 100000 300 3 1'),
    ('ratings', 'ratings', '400000 400000 1'),
    ('ratings', 'ratings_by_day', '400000 400000 1200 1'),
    ('prints', 'prints', '1200000 1200000 1 1'),
    ('prints', 'prints_by_day', '1200000 1200000 3600 1 1');
