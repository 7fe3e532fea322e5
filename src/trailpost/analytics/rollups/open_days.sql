-- Days that are over, known from now on: each later batch marks those it touches. A day that was
-- cut by another time zone is cut anew.
insert into closed_days as known (project_id, date, zone, starts_at, ends_at)
select %(project_id)s::int, day.date, %(zone)s::text, day.starts_at, day.ends_at
from unnest(%(dates)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    as day (date, starts_at, ends_at)
order by day.date
on conflict (project_id, date) do update set
    zone = excluded.zone, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    marked = known.marked + 1
where known.zone <> excluded.zone
