-- PostgreSQL keeps every table in the order in which its rows come: there is nothing to sort.
COMMENT ON TABLE answers IS 'As they were given; purged after two days.';
