-- Hours that are over, known from now on: each later batch marks those it touches. One that was cut
-- by another time zone is cut anew, and what is still there of an earlier one is not taken for it.
insert into closed_hours as known (project_id, zone, starts_at, ends_at, marked)
select %(project_id)s::int, %(zone)s::text, span.starts_at, span.ends_at,
    coalesce(b.mark + 1, 0)
from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) as span (starts_at, ends_at)
left join built_hours b on b.project_id = %(project_id)s::int
  and b.starts_at = span.starts_at
order by span.starts_at
on conflict (project_id, starts_at) do update set
    zone = excluded.zone, ends_at = excluded.ends_at, marked = known.marked + 1
where known.zone <> excluded.zone
