-- Closed hours inside a stretch of time, of which all is kept that is stored.
select c.starts_at, c.ends_at
from closed_hours c
join built_hours b on b.project_id = c.project_id and b.starts_at = c.starts_at
where c.project_id = %(project_id)s::int and c.zone = %(zone)s::text
  and c.starts_at >= %(start)s::timestamptz and c.ends_at <= %(end)s::timestamptz
  and b.mark = c.marked
order by c.starts_at
