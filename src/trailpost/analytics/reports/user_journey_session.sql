-- What the session's row says. Abandoned and expired follow from the time that has passed.
select
    session_id, left(lpad(to_hex(visitor), 16, '0'), 8) as visitor, client_session_id, start_time, last_activity, end_time, session_duration,
    session_status(
        conversion_status, last_activity, %(now)s::timestamptz, %(idle)s::interval) as status,
    conversion_status as reached,
    total_events, total_interactions, total_choices, total_price, price_list_version, completion,
    configuration, device_type, browser_name, os_name, language, viewport_width, viewport_height,
    referrer, utm_source, utm_medium, utm_campaign, landing_page, exit_page, consent, is_bot,
    bot_class, bot_reason
from user_sessions
where project_id = %(project_id)s::int and session_id = %(session_id)s::uuid
