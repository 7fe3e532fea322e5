-- Down the index on the start. A status is given as it stands: abandoned and expired are no facts.
select
    s.session_id, s.client_session_id, s.start_time, s.last_activity, s.end_time,
    s.session_duration, s.is_bot, s.bot_class, s.bot_reason, to_hex(s.visitor) as visitor,
    s.is_recognised, s.user_hash, s.conversion_status,
    session_reached(s.reached, 'in_cart') as in_cart_at,
    session_reached(s.reached, 'completed') as completed_at,
    session_reached(s.reached, 'converted') as converted_at,
    s.total_events, s.total_interactions, s.total_choices, s.total_price, s.price_list_version,
    s.completion, s.configuration, encode(s.configuration_hash, 'hex') as configuration_hash,
    (
        select coalesce(
            jsonb_object_agg(
                d.category,
                jsonb_build_object(
                    'value', d.value, 'firstAt', d.first_at, 'lastAt', d.last_at,
                    'count', d.count, 'price', d.price, 'seen', d.seen)),
            '{}')
        from session_decisions(s.choices) d
    ) as choices,
    s.exposed, s.referrer, s.utm_source, s.utm_medium, s.utm_campaign, s.landing_page, s.exit_page,
    s.country, s.language, s.device_type, s.browser_name, s.os_name, s.user_agent,
    s.viewport_width, s.viewport_height, s.consent
from user_sessions s
where s.project_id = %(project_id)s::int and (%(bots)s::boolean or not s.is_bot)
  and s.start_time >= coalesce(%(start)s::timestamptz, '-infinity')
  and s.start_time < coalesce(%(end)s::timestamptz, 'infinity')
order by s.start_time, s.session_id
