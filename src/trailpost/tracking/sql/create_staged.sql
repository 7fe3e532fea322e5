-- The events of one transaction; in the end exactly those that it stored.
create temp table if not exists staged (like events) on commit delete rows
