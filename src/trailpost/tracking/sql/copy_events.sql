-- Straight into the table: fails when one of them was stored before. Columns as in copy_staged.
copy events (
    event_id, day, kind, occurred_at, event_type, category, element_id, value, previous_value,
    time_spent, url, source, price, price_before, price_list_version, configuration, completion,
    trigger_event, conversion_status, metric_name, metric_value, unit, endpoint, method, status,
    device_type, viewport_width, viewport_height, clock, additional_data, configuration_hash,
    session_id, received_at, project_id
) from stdin (format binary)
