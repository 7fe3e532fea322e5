-- Columns in the order in which store/rows.py packs them.
copy sessions_after (
    project_id, session_id, visitor, start_time, last_activity, last_bucket, end_time,
    configuration_at, session_duration, total_events, total_interactions, total_choices,
    viewport_width, viewport_height, completion, is_bot, conversion_status, client_session_id,
    user_hash, bot_class, bot_reason, user_agent, device_type, browser_name, os_name, language,
    referrer, utm_source, utm_medium, utm_campaign, landing_page, exit_page, consent,
    total_price, price_list_version, configuration_hash, configuration, choices, marks,
    country, is_recognised, reached, exposed
) from stdin (format binary)
