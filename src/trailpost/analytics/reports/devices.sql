-- Sessions by each thing that visitors come with, the 500 most frequent of each.
-- Which step of time a session belongs to is not asked: live sums are by the year.
with ranked as (
    select asked.part, v.*,
        row_number() over (partition by asked.part order by v.sessions desc, v.value) as place
    from visits_over(
        %(project_id)s::int, %(zone)s::text, 'year', %(closed)s::date[],
        %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean,
        %(filters)s::jsonb,
        array['visit_device', 'visit_browser', 'visit_os', 'visit_viewport', 'visit_language']) v
    join (values
        ('devices', 'visit_device'), ('browsers', 'visit_browser'), ('systems', 'visit_os'),
        ('viewports', 'visit_viewport'), ('languages', 'visit_language')
    ) as asked (part, metric) on asked.metric = v.metric
)
select r.part,
    case when r.part = 'devices' then r.value end::text as device,
    case when r.part = 'browsers' then r.value end::text as browser,
    case when r.part = 'systems' then r.value end::text as system,
    case when r.part = 'viewports' then r.value end::text as width,
    case when r.part = 'languages' then r.value end::text as language,
    r.sessions, r.visitors, r.engaged, r.converted, r.conversion_rate,
    r.average_configured_value, r.bounce_rate
from ranked r
where r.place <= 500
order by r.part, r.place
