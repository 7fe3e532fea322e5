-- Hours already known to be over, as this time zone cuts them.
select coalesce(array_agg(starts_at order by starts_at), '{}')::timestamptz[] as starts
from closed_hours
where project_id = %(project_id)s::int and zone = %(zone)s::text
