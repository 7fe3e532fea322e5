-- The most frequent paths, the steps from category to category, and how soon each category is begun.
-- Of closed days, paths are counted first and only the durations of the most frequent ones are
-- read: nearly every session may have a path of its own.
-- Which step of time a session belongs to is not asked: live sums are by the year.
with live as materialized (
    select c.* from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        journey_cells(
            %(project_id)s::int, %(zone)s::text, 'year', span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
),
counted as (
    select c.path, sum(c.sessions)::bigint as sessions,
        coalesce(sum(c.sessions) filter (where c.converted), 0)::bigint as converted
    from (
        select c.category as path, c.value_text = '+' as converted, c.count as sessions
        from closed_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
            %(hours)s::timestamptz[], %(bots)s::boolean, array['journey_path']) c
        union all
        select l.category, l.value_text = '+', l.count from live l
        where l.metric_type = 'journey_path'
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
            %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
            %(hours)s::timestamptz[], %(bots)s::boolean, array['journey_time']) c
        union all
        select l.category, l.value_text, l.count from live l
        where l.metric_type = 'journey_time'
    ) as c on c.category = f.path
    group by f.place, rtrim(c.value_text, '+')
),
durations as (
    select t.place, bin_quantile(array_agg(t.bin), array_agg(t.sessions), 0.5) as seconds
    from took t
    group by t.place
),
paths as (
    select least(r.place, 51) as place,
        case when min(r.place) <= 50 then min(r.path) end as path,
        count(*) as paths, sum(r.sessions)::bigint as sessions,
        sum(r.converted)::bigint as converted
    from ranked r
    group by least(r.place, 51)
),
walked as materialized (
    select c.metric_type, c.category, c.value_text, sum(c.count)::bigint as sessions
    from (
        select c.metric_type, c.category, c.value_text, c.count
        from closed_cells(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
            %(hours)s::timestamptz[], %(bots)s::boolean,
            array['journey_link', 'journey_category']) c
        union all
        select l.metric_type, l.category, l.value_text, l.count from live l
        where l.metric_type = any (array['journey_link', 'journey_category'])
    ) as c
    group by c.metric_type, c.category, c.value_text
),
links as (
    select split_part(w.value_text, ':', 1)::int as step, w.category,
        substr(w.value_text, strpos(w.value_text, ':') + 1) as next_category, w.sessions
    from walked w
    where w.metric_type = 'journey_link'
    order by w.sessions desc, step, w.category, next_category
    limit 1000
),
begun as (
    select w.category, sum(w.sessions)::bigint as sessions,
        bin_quantile(array_agg(rtrim(w.value_text, '+')::int), array_agg(w.sessions), 0.5)
            as seconds,
        coalesce(sum(w.sessions) filter (where right(w.value_text, 1) = '+'), 0)::bigint
            as came_back
    from walked w
    where w.metric_type = 'journey_category'
    group by w.category
    order by sessions desc, w.category
    limit 1000
)
select t.part,
    case when t.path is not null then array(select jsonb_array_elements_text(t.path::jsonb)) end
        ::text[] as path,
    t.paths::bigint as paths,
    t.sessions::bigint as sessions,
    (100.0 * t.sessions / nullif(t.among, 0))::float8 as share,
    t.converted::bigint as converted,
    (100.0 * t.converted / nullif(t.sessions, 0))::float8 as conversion_rate,
    t.duration::float8 as duration,
    t.step::int as step,
    t.category::text as category,
    t.next_category::text as next_category,
    t.seconds::float8 as seconds_since_previous,
    t.came_back::bigint as came_back,
    (100.0 * t.came_back / nullif(t.sessions, 0))::float8 as came_back_rate
from (
    select 'journeys' as part, p.place, p.path, p.paths, p.sessions,
        sum(p.sessions) over () as among, p.converted, d.seconds as duration, null::int as step,
        null::text as category, null::text as next_category, null::float8 as seconds,
        null::bigint as came_back
    from paths p left join durations d on d.place = p.place
    union all
    select 'links', null, null, null, l.sessions, null, null, null, l.step, l.category,
        l.next_category, null, null
    from links l
    union all
    select 'categories', null, null, null, b.sessions, null, null, null, null, b.category, null,
        b.seconds, b.came_back
    from begun b
) as t
order by t.part, t.place, t.sessions desc, t.step, t.category, t.next_category
