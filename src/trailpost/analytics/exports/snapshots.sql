-- One stored day of one project's configurations as they were sent.
select
    e.event_id, nullif(e.session_id, '00000000-0000-0000-0000-000000000000') as session_id,
    e.occurred_at, e.received_at, e.day, coalesce(s.is_bot, false) as is_bot,
    e.configuration, encode(e.configuration_hash, 'hex') as configuration_hash,
    e.price as total_price, e.price_list_version, e.completion, e.conversion_status,
    e.trigger_event, e.clock, e.additional_data
from events e left join user_sessions s
  on s.project_id = e.project_id and s.session_id = e.session_id
where e.kind = 'snapshot' and e.day = %(day)s::date and e.project_id = %(project_id)s::int
  and (%(bots)s::boolean or not coalesce(s.is_bot, false))
  and case when e.clock is null then e.occurred_at else e.received_at end
      >= coalesce(%(start)s::timestamptz, '-infinity')
  and case when e.clock is null then e.occurred_at else e.received_at end
      < coalesce(%(end)s::timestamptz, 'infinity')
  and e.received_at >= coalesce(%(start)s::timestamptz - interval '1 day', '-infinity')
order by case when e.clock is null then e.occurred_at else e.received_at end, e.event_id
