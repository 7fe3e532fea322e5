-- The events of one transaction, when some of them may have been stored before.
create temp table if not exists staged (like events) on commit delete rows
