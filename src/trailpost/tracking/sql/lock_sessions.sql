-- Locked in the order of the key, so that two writers never wait for each other.
-- Times in microseconds since 1970, the price in cents.
-- One look into the index for each: a join may read all of user_sessions.
insert into sessions_before
select s.*
from (select project_id, session_id from touched_sessions order by 1, 2) t
cross join lateral (
    select * from user_sessions u
    where u.project_id = t.project_id and u.session_id = t.session_id
    for update
) s
returning
    project_id,
    uuid_send(session_id) as session_id,
    visitor,
    (extract(epoch from start_time) * 1000000)::bigint as start_time,
    (extract(epoch from last_activity) * 1000000)::bigint as last_activity,
    -- One that no event said is forgotten: what a session is, follows from its events alone.
    case when closed_at is null then (extract(epoch from end_time) * 1000000)::bigint end as end_time,
    (extract(epoch from configuration_at) * 1000000)::bigint as configuration_at,
    total_events, total_interactions, total_choices, viewport_width, viewport_height, completion,
    is_bot, conversion_status, client_session_id, user_hash, bot_class, bot_reason, user_agent,
    device_type, browser_name, os_name, language, referrer, utm_source, utm_medium, utm_campaign,
    landing_page, exit_page, consent,
    (total_price * 100)::bigint as total_price,
    price_list_version, configuration_hash,
    configuration::text as configuration,
    choices::text as choices,
    marks::text as marks,
    country, is_recognised,
    reached::text as reached,
    exposed
