-- Closed spans of which nothing is kept, or no more what is true; the newest first.
select c.starts_at, c.ends_at
from closed_spans c
left join built_spans b on b.project_id = c.project_id and b.kind = c.kind
  and b.starts_at = c.starts_at
where c.project_id = %(project_id)s::int and c.kind = %(kind)s::text and c.zone = %(zone)s::text
  and b.mark is distinct from c.marked
order by c.starts_at desc
