-- Sessions by the step they reached and the bin of the time to the next; and the same steps by step
-- of time, where one without a session says 0.
with live as materialized (
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        funnel_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb, %(ordered)s::boolean) c
),
cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(hours)s::timestamptz[], %(bots)s::boolean,
        case when %(ordered)s::boolean then array['funnel_ordered', 'funnel_ordered_time']
            else array['funnel_any', 'funnel_any_time'] end) c
    union all
    select l.* from live l
    where l.metric_type = any (case when %(ordered)s::boolean
        then array['funnel_ordered', 'funnel_ordered_time']
        else array['funnel_any', 'funnel_any_time'] end)
),
counted as (
    select s.step, sum(s.sessions)::bigint as sessions,
        bin_quantile(
            array_agg(s.bin::int) filter (where s.bin <> ''),
            array_agg(s.sessions) filter (where s.bin <> ''), 0.5) as seconds_to_next
    from (
        select c.category as step, c.value_text as bin, sum(c.count)::bigint as sessions
        from cells c
        where c.metric_type = any (array['funnel_ordered_time', 'funnel_any_time'])
        group by c.category, c.value_text
    ) as s
    group by s.step
),
steps as (
    select label.place, label.step, coalesce(c.sessions, 0) as sessions, c.seconds_to_next,
        lag(coalesce(c.sessions, 0)) over in_order as before,
        first_value(coalesce(c.sessions, 0)) over in_order as began
    from unnest(funnel_steps(required_categories(%(project_id)s::int)))
        with ordinality as label (step, place)
    left join counted c on c.step = label.step
    window in_order as (order by label.place)
),
moments as (
    select edge.at, label.place, label.step, coalesce(c.sessions, 0) as sessions,
        first_value(coalesce(c.sessions, 0)) over (partition by edge.at order by label.place)
            as began
    from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, place)
    cross join unnest(funnel_steps(required_categories(%(project_id)s::int)))
        with ordinality as label (step, place)
    left join (
        select width_bucket(c.at, %(edges)s::timestamptz[]) as edge, c.category as step,
            sum(c.count)::bigint as sessions
        from cells c
        where c.metric_type = any (array['funnel_ordered', 'funnel_any'])
        group by 1, 2
    ) as c on c.edge = edge.place and c.step = label.step
)
select t.part,
    t.at as starts_at,
    t.place::int as place,
    case when starts_with(t.step, 'decided:') then 'decided' else t.step end::text as step,
    case when starts_with(t.step, 'decided:') then substr(t.step, 9) end::text as category,
    t.sessions::bigint as sessions,
    (100.0 * t.sessions / nullif(t.before, 0))::float8 as of_previous,
    (100.0 * t.sessions / nullif(t.began, 0))::float8 as of_first,
    t.seconds_to_next::float8 as seconds_to_next
from (
    select 'funnel' as part, null::timestamptz as at, s.place, s.step, s.sessions, s.before,
        s.began, s.seconds_to_next
    from steps s
    union all
    select 'series', m.at, m.place, m.step, m.sessions, null, m.began, null
    from moments m
) as t
order by t.part, t.at, t.place
