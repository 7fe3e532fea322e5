-- The first day that has a partition: retention may have dropped what was before it.
select min(to_date(right(part.relname, 8), 'YYYYMMDD')) as day
from pg_inherits i join pg_class part on part.oid = i.inhrelid
where i.inhparent = 'events'::regclass and part.relname ~ '^events_[0-9]{8}$'
