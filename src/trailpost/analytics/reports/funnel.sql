-- Sessions by the step they reached and the bin of the time to the next.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array[case when %(ordered)s::boolean
            then 'funnel_ordered_time' else 'funnel_any_time' end]) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        funnel_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = case when %(ordered)s::boolean
        then 'funnel_ordered_time' else 'funnel_any_time' end
),
summed as (
    select c.category as step, c.value_text as bin, sum(c.count)::bigint as sessions
    from cells c
    group by c.category, c.value_text
),
counted as (
    select s.step, sum(s.sessions)::bigint as sessions,
        bin_quantile(
            array_agg(s.bin::int) filter (where s.bin <> ''),
            array_agg(s.sessions) filter (where s.bin <> ''), 0.5) as seconds_to_next
    from summed s
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
)
select s.place::int as place,
    case when starts_with(s.step, 'decided:') then 'decided' else s.step end::text as step,
    case when starts_with(s.step, 'decided:') then substr(s.step, 9) end::text as category,
    s.sessions::bigint as sessions,
    (100.0 * s.sessions / nullif(s.before, 0))::float8 as of_previous,
    (100.0 * s.sessions / nullif(s.began, 0))::float8 as of_first,
    s.seconds_to_next::float8 as seconds_to_next
from steps s
order by s.place
