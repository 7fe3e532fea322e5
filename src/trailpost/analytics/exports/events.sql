-- One stored day of one project's events. An unbelievable clock counts as the time of receipt.
select
    e.event_id, nullif(e.session_id, '00000000-0000-0000-0000-000000000000') as session_id,
    e.occurred_at, e.received_at, e.day, e.kind::text as kind, coalesce(s.is_bot, false) as is_bot,
    e.event_type, e.category, e.element_id, e.value, e.previous_value, e.source,
    e.price_before, e.price, e.price_list_version, e.configuration,
    encode(e.configuration_hash, 'hex') as configuration_hash, e.completion, e.conversion_status,
    e.trigger_event, e.url, e.time_spent, e.metric_name, e.metric_value, e.unit, e.endpoint,
    e.method, e.status, e.device_type, e.viewport_width, e.viewport_height, e.clock,
    e.additional_data
from events e left join user_sessions s
  on s.project_id = e.project_id and s.session_id = e.session_id
where e.day = %(day)s::date and e.project_id = %(project_id)s::int
  and (%(bots)s::boolean or not coalesce(s.is_bot, false))
  and case when e.clock is null then e.occurred_at else e.received_at end
      >= coalesce(%(start)s::timestamptz, '-infinity')
  and case when e.clock is null then e.occurred_at else e.received_at end
      < coalesce(%(end)s::timestamptz, 'infinity')
  -- Nothing happens after it was received, so an index can tell that a day holds none of them.
  and e.received_at >= coalesce(%(start)s::timestamptz - interval '1 day', '-infinity')
order by case when e.clock is null then e.occurred_at else e.received_at end, e.event_id
