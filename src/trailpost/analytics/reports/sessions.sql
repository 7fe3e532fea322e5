-- A walk down the index on the start; abandoned and expired follow from the time that has passed.
select
    s.session_id,
    s.start_time,
    s.last_activity > %(now)s::timestamptz - interval '5 minutes'
        and s.last_activity <= %(now)s::timestamptz as is_active,
    session_status(
        s.conversion_status, s.last_activity, %(now)s::timestamptz, %(idle)s::interval)
        as status,
    s.device_type, s.country, session_source(s.utm_source, s.referrer) as source, s.referrer,
    s.utm_source, s.utm_campaign, s.landing_page, s.total_choices, s.session_duration,
    s.total_price, s.is_bot
from sessions_in(
    %(project_id)s::int, %(start)s::timestamptz,
    least(
        %(end)s::timestamptz, case when not %(every_row)s::boolean
            then %(place_at)s::timestamptz + interval '1 microsecond' end),
    %(bots)s::boolean, %(filters)s::jsonb) s
where (%(place_at)s::timestamptz is null or %(every_row)s::boolean
        or (s.start_time, s.session_id) < (%(place_at)s::timestamptz, %(place_id)s::uuid))
  and (%(status)s::text is null
      or session_status(
          s.conversion_status, s.last_activity, %(now)s::timestamptz, %(idle)s::interval)
          = %(status)s::text)
  and (%(search)s::text is null
      or starts_with(s.session_id::text, lower(%(search)s::text))
      or starts_with(lower(s.client_session_id), lower(%(search)s::text))
      or strpos(
          session_source(s.utm_source, s.referrer), lower(%(search)s::text)) > 0
      or strpos(lower(s.utm_campaign), lower(%(search)s::text)) > 0
      or strpos(lower(s.landing_page), lower(%(search)s::text)) > 0
      or exists (
          select from jsonb_each(s.choices) as c
          where lower(%(search)s::text) in (
              lower(c.value ->> 'value'), lower(c.key || ':' || (c.value ->> 'value')))))
order by s.start_time desc, s.session_id desc
limit case when %(every_row)s::boolean then null else %(limit)s::int + 1 end
