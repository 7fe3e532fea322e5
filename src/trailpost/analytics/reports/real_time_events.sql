-- An event among the last 20 belongs to one of the 20 sessions that were active last.
with latest as (
    select session_id, device_type, is_bot
    from user_sessions
    where project_id = %(project_id)s::int
      and last_bucket <= %(now)s::timestamptz and last_activity <= %(now)s::timestamptz
      and (not is_bot or %(bots)s::boolean)
    order by last_bucket desc, last_activity desc
    limit 20
)
select
    e.event_id,
    e.session_id,
    e.occurred_at,
    e.kind::text as kind,
    case e.kind
        when 'page_view' then e.url
        when 'session_end' then e.url
        when 'interaction' then concat_ws(' ', e.event_type, e.element_id)
        when 'choice' then e.source
        when 'snapshot' then e.trigger_event
        when 'timing' then concat_ws(' ', e.metric_name, e.endpoint)
        when 'consent' then e.value
    end as what,
    e.category,
    case when e.kind in ('interaction', 'choice') then e.value end as value,
    e.price,
    latest.device_type,
    latest.is_bot
from latest, lateral (
    select event_id, session_id, occurred_at, kind, url, event_type, element_id, source,
        trigger_event, metric_name, endpoint, value, category, price
    from events
    where session_id = latest.session_id and project_id = %(project_id)s::int
    order by occurred_at desc, event_id desc
    limit 20
) as e
order by e.occurred_at desc, e.event_id desc
limit 20
