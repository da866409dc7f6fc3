-- Which screens are connected to which node. Never written here: SQLite has one server.
CREATE TABLE presence (
    hall     TEXT    NOT NULL,
    node     TEXT    NOT NULL,
    beat     INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state    BLOB    NOT NULL,
    PRIMARY KEY (hall, node)
) STRICT, WITHOUT ROWID;
