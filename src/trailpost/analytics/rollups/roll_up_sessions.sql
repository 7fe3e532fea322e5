-- Add what the batch's sessions are, take away what they were. Only a session that is new, or
-- began earlier than was known, can change who came first on a day.
with versions as (
    select 1 as sign, a.project_id, a.is_bot, a.start_time, a.session_duration,
        a.total_interactions, a.total_choices, a.conversion_status, a.total_price, a.completion
    from sessions_after a
    union all
    select -1, b.project_id, b.is_bot, b.start_time, b.session_duration,
        b.total_interactions, b.total_choices, b.conversion_status, b.total_price, b.completion
    from sessions_before b
),
moved as materialized (
    select a.project_id, a.session_id, a.is_bot, a.visitor, a.start_time, b.start_time as was
    from sessions_after a
    left join sessions_before b
      on b.project_id = a.project_id and b.session_id = a.session_id
    where b.session_id is null or bucket_of(b.start_time) <> bucket_of(a.start_time)
),
visits as (
    select project_id, is_bot, visitor, day, min(was) as was
    from (
        select project_id, is_bot, visitor, utc_day(start_time) as day, null::timestamptz as was
        from moved
        union all
        select project_id, is_bot, visitor, utc_day(was), was from moved where was is not null
    ) as days
    group by project_id, is_bot, visitor, day
),
firsts as (
    select v.project_id, v.is_bot, is_now.start_time as is_now,
        least(v.was, others.start_time) as was
    from visits v
    left join lateral (
        select s.start_time from user_sessions s
        where s.project_id = v.project_id and s.is_bot = v.is_bot and s.visitor = v.visitor
          and s.start_time >= v.day and s.start_time < v.day + interval '1 day'
        order by s.start_time limit 1
    ) as is_now on true
    left join lateral (
        select s.start_time from user_sessions s
        where s.project_id = v.project_id and s.is_bot = v.is_bot and s.visitor = v.visitor
          and s.start_time >= v.day and s.start_time < v.day + interval '1 day'
          and (s.project_id, s.session_id) not in (select project_id, session_id from moved)
        order by s.start_time limit 1
    ) as others on true
),
changes as (
    select v.project_id, m.bucket, v.is_bot, v.sign as sessions, 0 as visitors,
        v.sign * m.bounced as bounced, v.sign * m.engaged as engaged,
        v.sign * m.in_cart as in_cart, v.sign * m.completed as completed,
        v.sign * m.converted as converted, v.sign * m.duration as duration,
        v.sign * m.interactions as interactions, v.sign * m.configured as configured,
        v.sign * m.configured_value as configured_value,
        v.sign * m.completion_known as completion_known,
        v.sign * m.completion_sum as completion_sum
    from versions v, session_measures(
        v.start_time, v.session_duration, v.total_interactions, v.total_choices,
        v.conversion_status, v.total_price, v.completion) m
    union all
    select project_id, bucket_of(is_now), is_bot, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from firsts where is_now is not null
    union all
    select project_id, bucket_of(was), is_bot, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from firsts where was is not null
)
insert into rollup_sessions as kept (
    project_id, bucket, is_bot, sessions, visitors, bounced, engaged, in_cart, completed,
    converted, duration, interactions, configured, configured_value, completion_known,
    completion_sum)
select project_id, bucket, is_bot, sum(sessions), sum(visitors), sum(bounced), sum(engaged),
    sum(in_cart), sum(completed), sum(converted), sum(duration), sum(interactions),
    sum(configured), sum(configured_value), sum(completion_known), sum(completion_sum)
from changes
group by project_id, bucket, is_bot
order by 1, 2, 3
on conflict (project_id, bucket, is_bot) do update set
    sessions = kept.sessions + excluded.sessions,
    visitors = kept.visitors + excluded.visitors,
    bounced = kept.bounced + excluded.bounced,
    engaged = kept.engaged + excluded.engaged,
    in_cart = kept.in_cart + excluded.in_cart,
    completed = kept.completed + excluded.completed,
    converted = kept.converted + excluded.converted,
    duration = kept.duration + excluded.duration,
    interactions = kept.interactions + excluded.interactions,
    configured = kept.configured + excluded.configured,
    configured_value = kept.configured_value + excluded.configured_value,
    completion_known = kept.completion_known + excluded.completion_known,
    completion_sum = kept.completion_sum + excluded.completion_sum
