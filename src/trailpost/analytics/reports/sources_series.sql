-- The five values with the most sessions, step by step; a step without one says 0.
with cells as (
    select c.at, c.value_text, c.count
    from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array['visit_' || %(by)s::text
            || case when %(touch)s::text = 'first' then '_first' else '' end]) c
    where c.category = 'sessions'
    union all
    select c.at, c.value_text, c.count
    from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        visit_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb,
            array['visit_' || %(by)s::text
                || case when %(touch)s::text = 'first' then '_first' else '' end]) c
    where c.category = 'sessions'
),
stepped as (
    select c.value_text, width_bucket(c.at, %(edges)s::timestamptz[]) as step,
        sum(c.count)::bigint as sessions
    from cells c
    group by 1, 2
),
shown as (
    select s.value_text, sum(s.sessions) as sessions
    from stepped s
    group by s.value_text
    order by 2 desc, s.value_text
    limit 5
)
select edge.at as starts_at,
    nullif(shown.value_text, '')::text as value,
    coalesce(s.sessions, 0)::bigint as sessions
from shown
cross join unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join stepped s on s.value_text = shown.value_text and s.step = edge.step
order by edge.at, shown.sessions desc, shown.value_text
