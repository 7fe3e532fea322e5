-- Take away what the erased sessions were. Where one was a visitor's first of its day, the next
-- one that is left is the first now.
with measured as (
    select b.project_id, b.is_bot, m.*
    from sessions_before b, session_measures(
        b.start_time, b.session_duration, b.total_interactions, b.total_choices,
        b.conversion_status, b.total_price, b.completion) m
),
visits as (
    select project_id, is_bot, visitor, utc_day(start_time) as day, min(start_time) as gone
    from sessions_before
    group by project_id, is_bot, visitor, utc_day(start_time)
),
firsts as (
    select v.project_id, v.is_bot, least(v.gone, others.start_time) as was,
        others.start_time as is_now
    from visits v
    left join lateral (
        select s.start_time from user_sessions s
        where s.project_id = v.project_id and s.is_bot = v.is_bot and s.visitor = v.visitor
          and s.start_time >= v.day and s.start_time < v.day + interval '1 day'
        order by s.start_time limit 1
    ) as others on true
),
changes as (
    select project_id, bucket, is_bot, -1 as sessions, 0 as visitors, -bounced as bounced,
        -engaged as engaged, -in_cart as in_cart, -completed as completed,
        -converted as converted, -duration::bigint as duration, -interactions as interactions,
        -configured as configured, -configured_value as configured_value,
        -completion_known as completion_known, -completion_sum as completion_sum
    from measured
    union all
    select project_id, bucket_of(was), is_bot, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from firsts
    union all
    select project_id, bucket_of(is_now), is_bot, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from firsts where is_now is not null
),
summed as materialized (
    select project_id, bucket, is_bot, sum(sessions) as sessions, sum(visitors) as visitors,
        sum(bounced) as bounced, sum(engaged) as engaged, sum(in_cart) as in_cart,
        sum(completed) as completed, sum(converted) as converted, sum(duration) as duration,
        sum(interactions) as interactions, sum(configured) as configured,
        sum(configured_value) as configured_value, sum(completion_known) as completion_known,
        sum(completion_sum) as completion_sum
    from changes
    group by project_id, bucket, is_bot
)
update rollup_sessions kept set
    sessions = kept.sessions + s.sessions,
    visitors = kept.visitors + s.visitors,
    bounced = kept.bounced + s.bounced,
    engaged = kept.engaged + s.engaged,
    in_cart = kept.in_cart + s.in_cart,
    completed = kept.completed + s.completed,
    converted = kept.converted + s.converted,
    duration = kept.duration + s.duration,
    interactions = kept.interactions + s.interactions,
    configured = kept.configured + s.configured,
    configured_value = kept.configured_value + s.configured_value,
    completion_known = kept.completion_known + s.completion_known,
    completion_sum = kept.completion_sum + s.completion_sum
from summed s
where kept.project_id = s.project_id and kept.bucket = s.bucket and kept.is_bot = s.is_bot
