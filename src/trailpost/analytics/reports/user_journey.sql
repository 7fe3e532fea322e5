-- Running last values: count(x) so far numbers the stretches in which x stays as it is, and the
-- first row of a stretch is the one that set it.
with mine as (
    select e.*,
        case when e.kind in ('choice', 'snapshot') then e.price end as named_price,
        case when e.kind = 'snapshot' then e.completion end as named_completion
    from events e
    where e.session_id = %(session_id)s::uuid and e.project_id = %(project_id)s::int
),
stretches as (
    select m.*,
        row_number() over in_order as place,
        count(m.named_price) over in_order as price_no,
        count(m.named_completion) over in_order as completion_no,
        count(m.configuration) over in_order as configuration_no,
        lag(m.occurred_at) over in_order as previous_at
    from mine m
    window in_order as (order by m.occurred_at, m.event_id)
),
stood as (
    select s.*,
        first_value(s.named_price) over (
            partition by s.price_no order by s.place) as price_now,
        first_value(s.named_completion) over (
            partition by s.completion_no order by s.place) as completion_now,
        first_value(s.configuration) over (
            partition by s.configuration_no order by s.place) as configuration_now
    from stretches s
)
select
    s.place,
    s.event_id,
    s.occurred_at,
    extract(epoch from s.occurred_at - s.previous_at)::float8 as seconds_since_previous,
    s.kind::text as kind,
    case s.kind
        when 'page_view' then s.url
        when 'session_end' then s.url
        when 'interaction' then concat_ws(' ', s.event_type, s.element_id)
        when 'choice' then concat_ws(' ', s.previous_value, '→', coalesce(s.value, 'none'))
        when 'snapshot' then s.trigger_event
        when 'timing' then
            concat_ws(
                ' ', s.metric_name, round(s.metric_value::numeric, 3),
                coalesce(s.unit, case when s.endpoint <> '' then '' end), s.endpoint)
        when 'consent' then s.value
    end as what,
    s.category,
    case when s.kind in ('interaction', 'choice') then s.value end as value,
    s.previous_value,
    s.source,
    s.time_spent,
    s.price_now as price,
    s.price_now - lag(s.price_now) over in_place as price_change,
    s.completion_now as completion,
    jsonb_strip_nulls(jsonb_object_agg(s.category, s.value)
        filter (where s.kind = 'choice' and s.category is not null) over in_place) as chosen,
    s.configuration_now as configuration,
    s.clock,
    s.additional_data
from stood s
window in_place as (order by s.place)
order by s.place
limit 2000 offset %(skipped)s::bigint
