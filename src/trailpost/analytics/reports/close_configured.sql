-- The configured sessions of one local day.
insert into configured_sessions (
    project_id, date, start_time, last_activity, visitor, price_cents, is_bot, is_converted,
    price_list_version)
select %(project_id)s::int, %(date)s::date, c.start_time, c.last_activity, c.visitor,
    c.price_cents, c.is_bot, c.is_converted, c.price_list_version
from configured_in(
    %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz, true, '{}') c
