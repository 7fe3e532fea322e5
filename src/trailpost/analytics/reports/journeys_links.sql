-- How many sessions went from which category to which, by the step of their path.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array['journey_link']) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        journey_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = any (array['journey_link'])
),
summed as (
    select c.category, c.value_text, sum(c.count)::bigint as sessions
    from cells c
    group by c.category, c.value_text
)
select split_part(s.value_text, ':', 1)::int as step,
    s.category::text as category,
    substr(s.value_text, strpos(s.value_text, ':') + 1)::text as next_category,
    s.sessions::bigint as sessions
from summed s
order by s.sessions desc, step, category, next_category
limit 1000
