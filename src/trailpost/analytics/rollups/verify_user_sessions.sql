-- Sessions whose folded columns are not what their raw events say.
with kept as (
    select s.project_id, s.session_id,
        jsonb_build_object(
            'start_time', s.start_time, 'last_activity', s.last_activity,
            'last_bucket', s.last_bucket, 'session_duration', s.session_duration,
            'total_events', s.total_events, 'total_interactions', s.total_interactions,
            'total_choices', s.total_choices, 'conversion_status', s.conversion_status,
            'total_price', s.total_price, 'completion', s.completion,
            'choices', s.choices, 'reached', s.reached, 'exposed', s.exposed) as facts
    from user_sessions s
    where s.start_time >= %(first)s::timestamptz and s.start_time < %(until)s::timestamptz
),
raw as (
    select r.project_id, r.session_id,
        jsonb_build_object(
            'start_time', r.start_time, 'last_activity', r.last_activity,
            'last_bucket', bucket_of(r.last_activity), 'session_duration', r.session_duration,
            'total_events', r.total_events, 'total_interactions', r.total_interactions,
            'total_choices', r.total_choices, 'conversion_status', r.conversion_status,
            'total_price', r.total_price, 'completion', r.completion,
            'choices', r.choices, 'reached', r.reached, 'exposed', r.exposed) as facts
    from raw_sessions(
        %(first)s::timestamptz, %(until)s::timestamptz, %(since)s::timestamptz) r
)
select
    'user_sessions'::text as "table",
    concat_ws(' ', project_id, session_id)::text as key,
    field.name::text as "column",
    (kept.facts ->> field.name)::text as stored,
    (raw.facts ->> field.name)::text as recomputed
from kept full join raw using (project_id, session_id), unnest(array[
    'start_time', 'last_activity', 'last_bucket', 'session_duration', 'total_events',
    'total_interactions', 'total_choices', 'conversion_status', 'total_price', 'completion',
    'choices', 'reached', 'exposed']) as field (name)
where (kept.facts -> field.name) is distinct from (raw.facts -> field.name)
order by key, field.name
limit 1000
