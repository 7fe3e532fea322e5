-- The same by option.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array['drop_off', 'drop_off_no_choice']) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        drop_off_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = any (array['drop_off', 'drop_off_no_choice'])
),
parts as (
    select case when c.metric_type = 'drop_off' then c.category end as category,
        nullif(split_part(c.value_text, ':', 1), '')::int as bin,
        case when strpos(c.value_text, ':') > 0
            then substr(c.value_text, strpos(c.value_text, ':') + 1) end as value,
        c.sessions, c.price
    from (
        select c.metric_type, c.category, c.value_text, sum(c.count)::bigint as sessions,
            sum(c.total_amount) as price
        from cells c
        group by c.metric_type, c.category, c.value_text
    ) as c
)
select p.category::text as category,
    p.value::text as value,
    case when p.value <> ''
        then replace(replace(p.category, '%%', '%%25'), ':', '%%3A') || ':' || p.value end::text
        as option,
    sum(p.sessions)::bigint as sessions,
    (100.0 * sum(p.sessions) / nullif(sum(sum(p.sessions)) over (partition by p.category), 0)
        )::float8 as share,
    round(
        sum(p.price) / nullif(sum(p.sessions) filter (where p.bin is not null), 0), 2
    )::numeric as average_price,
    bin_quantile(
        array_agg(p.bin) filter (where p.bin is not null),
        array_agg(p.sessions) filter (where p.bin is not null), 0.5)::float8 as median_price
from parts p
where p.category is not null
group by p.category, p.value
order by sessions desc, p.category, p.value nulls first
limit 1000
