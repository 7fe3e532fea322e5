-- Days already known to be over, as this time zone cuts them.
select coalesce(array_agg(date order by date), '{}')::date[] as dates
from closed_days where project_id = %(project_id)s::int and zone = %(zone)s::text
