-- What is kept of one closed day.
insert into daily_analytics (
    project_id, date, is_bot, metric_type, category, value_text, count, unique_sessions,
    total_time, total_amount)
select %(project_id)s::int, %(date)s::date, c.is_bot, c.metric_type, c.category, c.value_text,
    c.count, c.unique_sessions, c.total_time, c.total_amount
from visit_cells(
    %(project_id)s::int, %(zone)s::text, 'day', %(start)s::timestamptz, %(end)s::timestamptz,
    true, '{}', visit_metrics()) c
