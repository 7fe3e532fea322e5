-- Closed days of which nothing is kept, or no more what is true; the newest first.
select c.date, c.starts_at, c.ends_at, c.frozen
from closed_days c
left join built_days b on b.project_id = c.project_id and b.date = c.date
where c.project_id = %(project_id)s::int and c.zone = %(zone)s::text
  and b.mark is distinct from c.marked
order by c.date desc
