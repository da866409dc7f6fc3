-- Two indexes less to write at each commit. Answers lie in the order in which they were given, which
-- a few pages tell; the open days of a hall are among the few hundred of a year.
DROP INDEX answers_by_age;
CREATE INDEX answers_by_age ON answers USING brin (at);
DROP INDEX days_open;
