select v.value as language, v.sessions, v.visitors, v.engaged, v.converted, v.conversion_rate,
    v.average_configured_value, v.bounce_rate
from visits_over(
    %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
    %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean,
    %(filters)s::jsonb,
    'visit_language') v
order by v.sessions desc, v.value
limit 500
