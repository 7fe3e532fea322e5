-- Per option, how many sessions chose it, how many kept it, and how long that took them.
-- Which step of time a session belongs to is not asked: live sums are by the year.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(hours)s::timestamptz[], %(bots)s::boolean,
        array['option', 'option_exposed']) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        option_cells(
            %(project_id)s::int, %(zone)s::text, 'year', span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = any (array['option', 'option_exposed'])
),
summed as (
    select c.metric_type, c.category, c.value_text, sum(c.count)::bigint as sessions
    from cells c
    group by c.metric_type, c.category, c.value_text
),
exposed as (
    select s.category, s.sessions from summed s where s.metric_type = 'option_exposed'
),
options as (
    select o.category, o.value, sum(o.sessions)::bigint as chosen,
        coalesce(sum(o.sessions) filter (where o.bin is not null), 0)::bigint as kept,
        array_agg(o.bin) filter (where o.bin is not null) as bins,
        array_agg(o.sessions) filter (where o.bin is not null) as counts
    from (
        select s.category, nullif(split_part(s.value_text, ':', 1), '')::int as bin,
            substr(s.value_text, strpos(s.value_text, ':') + 1) as value, s.sessions
        from summed s
        where s.metric_type = 'option'
    ) as o
    group by o.category, o.value
),
decided as (
    select o.category, sum(o.kept)::bigint as sessions from options o group by o.category
)
select
    coalesce(o.category, e.category)::text as category,
    o.value::text as value,
    case when o.category <> '' and o.value <> ''
        then replace(replace(o.category, '%%', '%%25'), ':', '%%3A') || ':' || o.value end::text
        as option,
    coalesce(e.sessions, 0)::bigint as exposed,
    coalesce(o.chosen, 0)::bigint as chosen,
    coalesce(o.kept, 0)::bigint as kept,
    coalesce(o.chosen - o.kept, 0)::bigint as switched_away,
    (100.0 * o.kept / nullif(o.chosen, 0))::float8 as keep_rate,
    wilson(o.kept, o.chosen, -1)::float8 as keep_rate_low,
    wilson(o.kept, o.chosen, 1)::float8 as keep_rate_high,
    (100.0 * o.kept / nullif(d.sessions, 0))::float8 as share,
    coalesce(d.sessions, 0)::bigint as decided,
    bin_quantile(o.bins, o.counts, 0.5)::float8 as decision_seconds,
    bin_quantile(o.bins, o.counts, 0.9)::float8 as decision_seconds_p90
from options o
full join exposed e on e.category = o.category
left join decided d on d.category = o.category
order by decided desc, coalesce(o.category, e.category), kept desc, chosen desc, o.value
limit 1000
