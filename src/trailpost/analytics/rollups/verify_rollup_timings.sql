-- Rows that raw events say should be otherwise. A row of zeros and no row are the same.
-- Sums of floating-point numbers depend on their order in the last digits.
with pairs as (
    select project_id, bucket, is_bot, metric_name, endpoint,
        to_jsonb(held) as held, to_jsonb(raw) as raw
    from (
        select * from rollup_timings
        where bucket >= %(first)s::timestamptz and bucket < %(until)s::timestamptz
    ) as held
    full join raw_rollup_timings(
        %(first)s::timestamptz, %(until)s::timestamptz
    ) as raw using (project_id, bucket, is_bot, metric_name, endpoint)
)
select
    'rollup_timings'::text as "table",
    concat_ws(' ', project_id, bucket, is_bot, metric_name, endpoint)::text as key,
    field.name::text as "column",
    (held ->> field.name)::text as stored,
    (raw ->> field.name)::text as recomputed
from pairs, unnest(array[
    'events', 'total', 'lowest', 'highest', 'answered', 'failed', 'sketch']) as field (name)
where case when field.name = 'sketch'
    then coalesce(held ->> 'sketch', '[]') <> coalesce(raw ->> 'sketch', '[]')
    else abs(coalesce((held ->> field.name)::float8, 0)
            - coalesce((raw ->> field.name)::float8, 0))
        > 1e-9 * (abs(coalesce((raw ->> field.name)::float8, 0)) + 1) end
order by key, field.name
limit 1000
