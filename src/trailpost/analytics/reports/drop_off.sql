-- Sessions that did not convert, by the category of their last choice, and by what it chose.
-- Which step of time a session belongs to is not asked: live sums are by the year.
with cells as (
    select c.* from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(hours)s::timestamptz[], %(bots)s::boolean,
        array['drop_off', 'drop_off_no_choice']) c
    union all
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        drop_off_cells(
            %(project_id)s::int, %(zone)s::text, 'year', span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
),
parts as materialized (
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
),
stopped as (
    select 'drop_off' as part, b.category, null as value, sum(b.sessions)::bigint as sessions,
        sum(sum(b.sessions)) over () as among, sum(b.price) as price,
        sum(b.sessions) filter (where b.bin is not null) as priced,
        array_agg(b.bin) filter (where b.bin is not null) as bins,
        array_agg(b.sessions) filter (where b.bin is not null) as counts
    from (
        select p.category, p.bin, sum(p.sessions)::bigint as sessions, sum(p.price) as price
        from parts p
        group by p.category, p.bin
    ) as b
    group by b.category
    union all
    select 'options', p.category, p.value, sum(p.sessions)::bigint,
        sum(sum(p.sessions)) over (partition by p.category), sum(p.price),
        sum(p.sessions) filter (where p.bin is not null),
        array_agg(p.bin) filter (where p.bin is not null),
        array_agg(p.sessions) filter (where p.bin is not null)
    from parts p
    where p.category is not null
    group by p.category, p.value
),
ranked as (
    select s.*,
        row_number() over (
            partition by s.part
            order by s.sessions desc, s.category nulls first, s.value nulls first) as place
    from stopped s
)
select r.part,
    r.category::text as category,
    r.value::text as value,
    case when r.value <> ''
        then replace(replace(r.category, '%%', '%%25'), ':', '%%3A') || ':' || r.value end::text
        as option,
    r.sessions,
    (100.0 * r.sessions / nullif(r.among, 0))::float8 as share,
    round(r.price / nullif(r.priced, 0), 2)::numeric as average_price,
    bin_quantile(r.bins, r.counts, 0.5)::float8 as median_price
from ranked r
where r.place <= 1000
order by r.part, r.place
