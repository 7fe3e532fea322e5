-- Cells of which timings were erased. Sums of floating-point numbers, lowest and highest cannot be
-- taken back: a cell is made anew from the raw events that are left, whenever they are all there,
-- which their number says. First those received within the hour are looked at; if some are missing,
-- those of the bucket's day; if some still are, all.
-- Where retention has dropped some, counts and sketch are taken away, lowest and highest stay.
with binned as (
    select e.project_id, e.bucket, coalesce(b.is_bot, false) as is_bot, e.metric_name,
        coalesce(e.endpoint, '') as endpoint, log_bin(e.metric_value) as bin, count(*) as n,
        sum(e.metric_value) as total, count(e.status) as answered,
        count(*) filter (where e.status >= 500) as failed
    from stored_timings e
    left join sessions_before b on b.project_id = e.project_id and b.session_id = e.session_id
    group by 1, 2, 3, 4, 5, 6
),
gone as (
    select project_id, bucket, is_bot, metric_name, endpoint, sum(n)::bigint as events,
        sum(total) as total, array_agg(bin::bigint << 40 | n order by bin) as sketch,
        sum(answered)::bigint as answered, sum(failed)::bigint as failed
    from binned
    group by 1, 2, 3, 4, 5
),
cells as materialized (
    select gone.*, kept.events - gone.events as left_over
    from gone join rollup_timings kept using (project_id, bucket, is_bot, metric_name, endpoint)
),
near as materialized (
    select b.project_id, b.bucket, r.*
    from (select distinct project_id, bucket from cells where left_over > 0) as b
    cross join lateral raw_timings_received(
        b.project_id, b.bucket, b.bucket + interval '1 hour', '-infinity', 'infinity') as r
),
-- Each lateral question is put once for each row before it: where nothing is missing, not at all.
missing as materialized (
    select distinct c.project_id, c.bucket
    from cells c left join near n using (project_id, bucket, is_bot, metric_name, endpoint)
    where c.left_over > 0 and n.events is distinct from c.left_over
),
same_day as materialized (
    select m.project_id, m.bucket, r.*
    from missing m
    cross join lateral raw_timings_received(
        m.project_id, m.bucket, 'infinity', (m.bucket at time zone 'UTC')::date,
        (m.bucket at time zone 'UTC')::date) as r
),
late as materialized (
    select distinct c.bucket
    from missing m join cells c using (project_id, bucket)
    left join same_day d using (project_id, bucket, is_bot, metric_name, endpoint)
    where c.left_over > 0 and d.events is distinct from c.left_over
),
rest as materialized (
    select n.project_id, n.bucket, n.is_bot, n.metric_name, n.endpoint, n.events, n.total,
        n.lowest, n.highest, n.sketch, n.answered, n.failed
    from near n where (n.project_id, n.bucket) not in (select project_id, bucket from missing)
    union all
    select d.project_id, d.bucket, d.is_bot, d.metric_name, d.endpoint, d.events, d.total,
        d.lowest, d.highest, d.sketch, d.answered, d.failed
    from same_day d where d.bucket not in (select bucket from late)
    union all
    select r.project_id, r.bucket, r.is_bot, r.metric_name, r.endpoint, r.events, r.total,
        r.lowest, r.highest, r.sketch, r.answered, r.failed
    from late cross join lateral (
        -- The offset keeps it apart, so that nothing is read where nothing came late.
        select * from raw_rollup_timings(late.bucket, late.bucket + interval '15 minutes')
        offset 0) as r
),
emptied as (
    delete from rollup_timings kept using cells c
    where kept.project_id = c.project_id and kept.bucket = c.bucket and kept.is_bot = c.is_bot
      and kept.metric_name = c.metric_name and kept.endpoint = c.endpoint and c.left_over <= 0
)
update rollup_timings kept set
    events = c.left_over,
    total = coalesce(r.total, kept.total - c.total),
    lowest = coalesce(r.lowest, kept.lowest),
    highest = coalesce(r.highest, kept.highest),
    sketch = coalesce(r.sketch, sketch_less(kept.sketch, c.sketch)),
    answered = coalesce(r.answered, kept.answered - c.answered),
    failed = coalesce(r.failed, kept.failed - c.failed)
from cells c
left join rest r on r.project_id = c.project_id and r.bucket = c.bucket and r.is_bot = c.is_bot
  and r.metric_name = c.metric_name and r.endpoint = c.endpoint and r.events = c.left_over
where kept.project_id = c.project_id and kept.bucket = c.bucket and kept.is_bot = c.is_bot
  and kept.metric_name = c.metric_name and kept.endpoint = c.endpoint and c.left_over > 0
