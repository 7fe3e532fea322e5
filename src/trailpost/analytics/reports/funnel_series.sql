-- The same by step of time; a step of time without a session says 0.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array[case when %(ordered)s::boolean
            then 'funnel_ordered' else 'funnel_any' end]) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        funnel_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = case when %(ordered)s::boolean
        then 'funnel_ordered' else 'funnel_any' end
),
summed as (
    select width_bucket(c.at, %(edges)s::timestamptz[]) as edge, c.category as step,
        sum(c.count)::bigint as sessions
    from cells c
    group by 1, 2
),
steps as (
    select edge.at, label.place, label.step, coalesce(c.sessions, 0) as sessions,
        first_value(coalesce(c.sessions, 0)) over (partition by edge.at order by label.place)
            as began
    from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, place)
    cross join unnest(funnel_steps(required_categories(%(project_id)s::int)))
        with ordinality as label (step, place)
    left join summed c on c.edge = edge.place and c.step = label.step
)
select s.at as starts_at,
    s.place::int as place,
    case when starts_with(s.step, 'decided:') then 'decided' else s.step end::text as step,
    case when starts_with(s.step, 'decided:') then substr(s.step, 9) end::text as category,
    s.sessions::bigint as sessions,
    (100.0 * s.sessions / nullif(s.began, 0))::float8 as of_first
from steps s
order by s.at, s.place
