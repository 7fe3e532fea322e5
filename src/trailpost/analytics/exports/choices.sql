-- One stored day of one project's choices, whoever made them.
select
    e.event_id, nullif(e.session_id, '00000000-0000-0000-0000-000000000000') as session_id,
    e.occurred_at, e.received_at, e.day, coalesce(s.is_bot, false) as is_bot,
    e.category, e.previous_value as from_value, e.value as to_value, e.source,
    e.price_before, e.price as price_after, e.price_list_version, e.clock, e.additional_data
from events e left join user_sessions s
  on s.project_id = e.project_id and s.session_id = e.session_id
where e.kind = 'choice' and e.day = %(day)s::date and e.project_id = %(project_id)s::int
  and (%(bots)s::boolean or not coalesce(s.is_bot, false))
  and case when e.clock is null then e.occurred_at else e.received_at end
      >= coalesce(%(start)s::timestamptz, '-infinity')
  and case when e.clock is null then e.occurred_at else e.received_at end
      < coalesce(%(end)s::timestamptz, 'infinity')
  and e.received_at >= coalesce(%(start)s::timestamptz - interval '1 day', '-infinity')
order by case when e.clock is null then e.occurred_at else e.received_at end, e.event_id
