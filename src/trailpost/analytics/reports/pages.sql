-- Pages by their path. The median comes from bins of the time, which add up over days.
-- Which step of time a session belongs to is not asked: live sums are by the year.
with cells as (
    select c.metric_type, c.category, c.value_text, c.count, c.unique_sessions
    from closed_cells(
        %(project_id)s::int, %(zone)s::text, %(closed)s::date[], %(bots)s::boolean,
        array['page_view', 'page_time', 'page_entry', 'page_exit']) c
    union all
    select c.metric_type, c.category, c.value_text, c.count, c.unique_sessions
    from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
            as span (first, until),
        page_cells(
            %(project_id)s::int, %(zone)s::text, 'year', span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb, (%(live_from)s::timestamptz[])[1],
            (%(live_until)s::timestamptz[])[cardinality(%(live_until)s::timestamptz[])]) c
),
summed as (
    select c.value_text as path,
        coalesce(sum(c.count) filter (where c.metric_type = 'page_view'), 0)::bigint as views,
        coalesce(sum(c.unique_sessions) filter (where c.metric_type = 'page_view'), 0)::bigint
            as sessions,
        coalesce(sum(c.count) filter (where c.metric_type = 'page_entry'), 0)::bigint as entries,
        coalesce(sum(c.count) filter (where c.metric_type = 'page_exit'), 0)::bigint as exits,
        array_agg(c.category::int) filter (where c.metric_type = 'page_time') as bins,
        array_agg(c.count) filter (where c.metric_type = 'page_time') as counts
    from cells c
    group by c.value_text
)
select s.path, s.views, s.sessions, s.entries, s.exits,
    (100.0 * s.exits / nullif(s.views, 0))::float8 as exit_rate,
    bin_quantile(s.bins, s.counts, 0.5)::float8 as median_seconds
from summed s
where s.views > 0 or s.entries > 0 or s.exits > 0
order by s.views desc, s.entries desc, s.exits desc, s.path
limit 500
