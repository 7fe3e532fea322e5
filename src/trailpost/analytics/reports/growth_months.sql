select g.*
from growth(
    %(project_id)s::int, %(zone)s::text, 'month', %(start)s::timestamptz, %(end)s::timestamptz,
    %(bots)s::boolean, %(filters)s::jsonb) g
