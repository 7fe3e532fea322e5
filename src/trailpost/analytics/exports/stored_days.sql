-- Days that hold events. Those without a partition of their own come first, because one may get
-- its partition at any time, and its rows would then be looked for there.
select found.day
from (
    select distinct d.day, 0 as place from events_default d
    union all
    select to_date(right(part.relname, 8), 'YYYYMMDD'), 1
    from pg_inherits i join pg_class part on part.oid = i.inhrelid
    where i.inhparent = 'events'::regclass and part.relname ~ '^events_[0-9]{8}$'
) as found
order by found.place, found.day
