-- What the rollups know of, for a progress bar; without the days that retention has dropped.
select coalesce(sum(events), 0)::bigint
from rollup_events
where project_id = %(project_id)s::int and (%(bots)s::boolean or not is_bot)
  and (%(kind)s::text is null or kind = %(kind)s::text::event_kind)
  and bucket >= coalesce(%(start)s::timestamptz, '-infinity')
  and bucket < coalesce(%(end)s::timestamptz, 'infinity')
  and bucket >= coalesce(
      (select min(to_date(right(part.relname, 8), 'YYYYMMDD'))::timestamp at time zone 'UTC'
       from pg_inherits i join pg_class part on part.oid = i.inhrelid
       where i.inhparent = 'events'::regclass and part.relname ~ '^events_[0-9]{8}$'),
      '-infinity')
