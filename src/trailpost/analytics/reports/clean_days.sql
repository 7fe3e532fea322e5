-- Closed days inside a span of which all is kept that is stored, or could be read again.
select c.date
from closed_days c
join built_days b on b.project_id = c.project_id and b.date = c.date
where c.project_id = %(project_id)s::int and c.zone = %(zone)s::text
  and c.starts_at >= %(start)s::timestamptz and c.ends_at <= %(end)s::timestamptz
  and (b.mark = c.marked or c.frozen)
order by c.date
