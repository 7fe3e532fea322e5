-- Rows that raw events say should be otherwise. A row of zeros and no row are the same.
with pairs as (
    select project_id, bucket, is_bot, kind,
        to_jsonb(held) as held, to_jsonb(raw) as raw
    from (
        select * from rollup_events
        where bucket >= %(first)s::timestamptz and bucket < %(until)s::timestamptz
    ) as held
    full join raw_rollup_events(
        %(first)s::timestamptz, %(until)s::timestamptz
    ) as raw using (project_id, bucket, is_bot, kind)
)
select
    'rollup_events'::text as "table",
    concat_ws(' ', project_id, bucket, is_bot, kind)::text as key,
    field.name::text as "column",
    (held ->> field.name)::text as stored,
    (raw ->> field.name)::text as recomputed
from pairs, unnest(array[
    'events']) as field (name)
where coalesce((held ->> field.name)::numeric, 0) <> coalesce((raw ->> field.name)::numeric, 0)
order by key, field.name
limit 1000
