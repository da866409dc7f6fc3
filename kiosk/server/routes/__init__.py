"""The routes, one file per role. Each module has a tuple `OPERATIONS`."""
