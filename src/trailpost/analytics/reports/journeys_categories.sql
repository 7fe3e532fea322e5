-- How soon each category is begun after the one before it, and how often it is come back to.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array['journey_category']) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        journey_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = any (array['journey_category'])
),
summed as (
    select c.category, c.value_text, sum(c.count)::bigint as sessions
    from cells c
    group by c.category, c.value_text
)
select s.category::text as category,
    sum(s.sessions)::bigint as sessions,
    bin_quantile(array_agg(rtrim(s.value_text, '+')::int), array_agg(s.sessions), 0.5)::float8
        as seconds_since_previous,
    coalesce(sum(s.sessions) filter (where right(s.value_text, 1) = '+'), 0)::bigint as came_back,
    (100.0 * coalesce(sum(s.sessions) filter (where right(s.value_text, 1) = '+'), 0)
        / nullif(sum(s.sessions), 0))::float8 as came_back_rate
from summed s
group by s.category
order by sessions desc, category
limit 1000
