-- Answers lie one behind the other as they are given, and only their keys are sorted: in a tree
-- sorted by random keys each answer was an overflow page, its leaf and half a split.
CREATE TABLE answers_in_order (
    hall    TEXT    NOT NULL,
    key     BLOB    NOT NULL,
    request BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    body    BLOB    NOT NULL
) STRICT;
INSERT INTO answers_in_order (hall, key, request, at, status, body)
SELECT hall, key, request, at, status, body FROM answers ORDER BY at;
DROP TABLE answers;
ALTER TABLE answers_in_order RENAME TO answers;
CREATE UNIQUE INDEX answers_by_key ON answers (hall, key);
CREATE INDEX answers_by_age ON answers (at);
