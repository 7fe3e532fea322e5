-- What is kept of one closed hour.
insert into hour_analytics (
    project_id, starts_at, is_bot, metric_type, category, value_text, count,
    unique_sessions, total_time, total_amount)
select %(project_id)s::int, %(start)s::timestamptz, c.is_bot, c.metric_type, c.category,
    c.value_text, c.count, c.unique_sessions, c.total_time, c.total_amount
from drop_off_cells(
    %(project_id)s::int, %(zone)s::text, 'day', %(start)s::timestamptz, %(end)s::timestamptz,
    true, '{}') c
