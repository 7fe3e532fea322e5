-- Closed days inside a span of which all is kept that is stored; of raw events, or all that
-- could be read of them before they were dropped.
select c.date
from closed_days c
join built_days b on b.project_id = c.project_id and b.date = c.date
where c.project_id = %(project_id)s::int and c.zone = %(zone)s::text
  and c.starts_at >= %(start)s::timestamptz and c.ends_at <= %(end)s::timestamptz
  and (b.mark = c.marked or c.frozen and %(raw)s::boolean)
order by c.date
