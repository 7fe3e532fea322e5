-- Closed hours of which nothing is kept, or no more what is true; the newest first.
select c.starts_at, c.ends_at
from closed_hours c
left join built_hours b on b.project_id = c.project_id and b.starts_at = c.starts_at
where c.project_id = %(project_id)s::int and c.zone = %(zone)s::text
  and b.mark is distinct from c.marked
order by c.starts_at desc
