-- Closed hours, or other closed spans, inside a stretch of time, of which all is kept that is stored.
select c.starts_at, c.ends_at
from closed_spans c
join built_spans b on b.project_id = c.project_id and b.kind = c.kind and b.starts_at = c.starts_at
where c.project_id = %(project_id)s::int and c.kind = %(kind)s::text and c.zone = %(zone)s::text
  and c.starts_at >= %(start)s::timestamptz and c.ends_at <= %(end)s::timestamptz
  and b.mark = c.marked
order by c.starts_at
