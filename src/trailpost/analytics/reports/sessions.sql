-- A walk down the index on the start; abandoned and expired follow from the time that has passed.
select
    session_id,
    start_time,
    last_activity > %(now)s::timestamptz - interval '5 minutes'
        and last_activity <= %(now)s::timestamptz as is_active,
    session_status(
        conversion_status, last_activity, %(now)s::timestamptz, %(idle)s::interval) as status,
    device_type, referrer, utm_source, utm_campaign, total_choices, session_duration, total_price,
    is_bot
from user_sessions
where project_id = %(project_id)s::int
  and start_time >= %(start)s::timestamptz and start_time < %(end)s::timestamptz
  and (not is_bot or %(bots)s::boolean)
order by start_time desc, session_id
limit 12
