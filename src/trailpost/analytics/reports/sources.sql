-- Sessions by how they came, by campaign and by country, the 500 most frequent of each. A value that
-- another touch decided is none to filter sessions by.
-- Which step of time a session belongs to is not asked: live sums are by the year.
with asked as (
    select a.part,
        a.metric || case when %(touch)s::text = 'first' then '_first' else '' end as metric
    from (values
        ('sources', 'visit_' || %(by)s::text), ('campaigns', 'visit_campaign'),
        ('countries', 'visit_country')
    ) as a (part, metric)
),
ranked as (
    select asked.part, v.*,
        row_number() over (partition by asked.part order by v.sessions desc, v.value) as place
    from visits_over(
        %(project_id)s::int, %(zone)s::text, 'year', %(closed)s::date[],
        %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean,
        %(filters)s::jsonb,
        case when %(touch)s::text = 'first'
            then array['visit_' || %(by)s::text || '_first', 'visit_campaign_first',
                'visit_country_first']
            else array['visit_' || %(by)s::text, 'visit_campaign', 'visit_country'] end) v
    join asked on asked.metric = v.metric
)
select r.part,
    case when r.part = 'sources' then r.value end::text as value,
    case when r.part = 'sources' and %(by)s::text = 'source' and %(touch)s::text = 'last'
        then r.value end::text as source,
    case when r.part = 'campaigns' then r.value end::text as campaign,
    case when r.part = 'countries' then r.value end::text as country,
    r.sessions, r.visitors, r.engaged, r.converted, r.conversion_rate,
    r.average_configured_value, r.bounce_rate
from ranked r
where r.place <= 500
order by r.part, r.place
