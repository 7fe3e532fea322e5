-- A few rows of each table: what changes by the second, read at its edge.
with active as (
    select count(*) as sessions
    from user_sessions
    where project_id = %(project_id)s::int
      and last_bucket >= bucket_of(%(now)s::timestamptz - interval '5 minutes')
      and last_bucket <= %(now)s::timestamptz
      and last_activity > %(now)s::timestamptz - interval '5 minutes'
      and last_activity <= %(now)s::timestamptz
      and (not is_bot or %(bots)s::boolean)
),
received as (
    select coalesce(sum(received), 0)::float8 as events
    from ingest_ledger
    where project_id = %(project_id)s::int
      and minute >= date_trunc('minute', %(now)s::timestamptz) - interval '1 minute'
      and minute <= %(now)s::timestamptz
),
answered as (
    select coalesce(sum(requests), 0)::bigint as requests,
        sum(total_ms) as total_ms,
        max(max_ms) as max_ms,
        sum(requests) filter (where status >= 500) as failed
    from request_timings
    where minute > %(now)s::timestamptz - interval '5 minutes'
      and minute <= %(now)s::timestamptz
),
-- What ingest counted less what the writer has taken; null while the streams are out of reach.
waiting as (
    select case when %(queue_received)s::bigint is not null then greatest(
        %(queue_received)s::bigint - coalesce(sum(received_total), 0), 0) end::bigint as events
    from stream_positions
)
select
    active.sessions::bigint as active_sessions,
    (received.events / (60 + extract(second from %(now)s::timestamptz)))::float8
        as events_per_second,
    (answered.total_ms / nullif(answered.requests, 0))::float8 as average_response_ms,
    answered.max_ms::float8 as slowest_response_ms,
    answered.requests as requests,
    (100.0 * coalesce(answered.failed, 0) / nullif(answered.requests, 0))::float8 as error_rate,
    %(cache_hit_rate)s::float8 as cache_hit_rate,
    waiting.events as queue_depth,
    (case when waiting.events = 0 then 0 else %(queue_age)s end)::float8 as queue_age
from active, received, answered, waiting
