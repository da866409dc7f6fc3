-- How many who had waited longer a call went before.
ALTER TABLE calls ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
