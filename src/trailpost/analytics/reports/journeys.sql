-- The most frequent paths. Of closed days, paths are counted first and only the durations of the
-- most frequent ones are read: nearly every session may have a path of its own.
with live as materialized (
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        journey_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
    where c.metric_type = 'journey_time'
),
counted as (
    select c.path, sum(c.sessions)::bigint as sessions,
        coalesce(sum(c.sessions) filter (where c.converted), 0)::bigint as converted
    from (
        select c.category as path, c.value_text = '+' as converted, c.count as sessions
        from closed_cells(
            %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
            array['journey_path']) c
        union all
        select l.category, right(l.value_text, 1) = '+', l.count from live l
    ) as c
    group by c.path
),
ranked as (
    select c.path, c.sessions, c.converted,
        row_number() over (order by c.sessions desc, c.path collate "C") as place
    from counted c
),
frequent as materialized (
    select r.path, r.place from ranked r where r.place <= 50
),
took as (
    select f.place, rtrim(c.value_text, '+')::int as bin, sum(c.count)::bigint as sessions
    from frequent f
    join (
        select c.category, c.value_text, c.count
        from closed_cells(
            %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
            array['journey_time']) c
        union all
        select l.category, l.value_text, l.count from live l
    ) as c on c.category = f.path
    group by f.place, rtrim(c.value_text, '+')
),
durations as (
    select t.place, bin_quantile(array_agg(t.bin), array_agg(t.sessions), 0.5) as seconds
    from took t
    group by t.place
),
shown as (
    select least(r.place, 51) as place,
        case when min(r.place) <= 50 then min(r.path) end as path,
        count(*) as paths, sum(r.sessions)::bigint as sessions,
        sum(r.converted)::bigint as converted
    from ranked r
    group by least(r.place, 51)
)
select
    case when s.path is not null then array(select jsonb_array_elements_text(s.path::jsonb)) end
        ::text[] as path,
    s.paths::bigint as paths,
    s.sessions::bigint as sessions,
    (100.0 * s.sessions / nullif(sum(s.sessions) over (), 0))::float8 as share,
    s.converted::bigint as converted,
    (100.0 * s.converted / nullif(s.sessions, 0))::float8 as conversion_rate,
    d.seconds::float8 as duration
from shown s left join durations d on d.place = s.place
order by s.place
