-- The newest first.
select event_id, event_type, category, element_id, value, previous_value, time_spent, occurred_at,
    received_at, device_type, viewport_width, viewport_height, additional_data::text as additional_data
from events
where project_id = %(project_id)s and session_id = %(session_id)s and kind = 'interaction'
order by occurred_at desc, event_id desc
limit %(most)s::bigint
