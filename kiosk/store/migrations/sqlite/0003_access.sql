-- Who may do what. Secrets are kept as hashes only.
CREATE TABLE keys (
    id          TEXT    NOT NULL PRIMARY KEY,
    role        TEXT    NOT NULL,
    hall        TEXT,               -- NULL: every hall
    name        TEXT    NOT NULL,
    secret_hash BLOB    NOT NULL UNIQUE,
    created     INTEGER NOT NULL,
    revoked     INTEGER
) STRICT;

CREATE TABLE accounts (
    name         TEXT    NOT NULL PRIMARY KEY,
    password     TEXT    NOT NULL,  -- argon2, in its own notation
    roles        TEXT    NOT NULL,  -- JSON array
    halls        TEXT    NOT NULL,  -- JSON array; empty: every hall
    failed       INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    disabled     INTEGER NOT NULL DEFAULT 0,
    created      INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    secret_hash BLOB    NOT NULL PRIMARY KEY,
    account     TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_age ON sessions (expires);

CREATE TABLE devices (
    id          TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL,
    hall        TEXT,               -- NULL until it is approved
    name        TEXT    NOT NULL,
    code        TEXT    UNIQUE,     -- shown by the device; NULL once approved
    secret_hash BLOB    NOT NULL UNIQUE,
    key_id      TEXT,
    settings    TEXT    NOT NULL,   -- JSON object
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    approved    INTEGER,
    last_seen   INTEGER
) STRICT;
