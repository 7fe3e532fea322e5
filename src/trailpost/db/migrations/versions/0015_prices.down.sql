drop function visitor_outcomes(int, date[], date[], timestamptz[], timestamptz[], boolean, jsonb);
drop function price_figures(
    int, date[], timestamptz[], timestamptz[], boolean, jsonb, timestamptz[], boolean, int,
    float8[]);
drop function configured_live(int, timestamptz[], timestamptz[], boolean, jsonb);

-- The same over a period: from what is kept of closed days, and live between them.
create function configured_over(
    project int, closed date[], live_from timestamptz[], live_until timestamptz[], bots boolean,
    filters jsonb)
returns table (
    start_time timestamptz, last_activity timestamptz, visitor bigint, price_cents bigint,
    is_bot boolean, is_converted boolean, price_list_version text)
language sql stable parallel safe as $$
    select c.start_time, c.last_activity, c.visitor, c.price_cents, c.is_bot, c.is_converted,
        c.price_list_version
    from configured_sessions c
    where c.project_id = project and c.date = any (closed) and (not c.is_bot or bots)
    union all
    select l.*
    from unnest(live_from, live_until) as span (first, until),
        configured_in(project, span.first, span.until, bots, filters) l
$$;

drop index configured_sessions_returning;
drop index configured_sessions_visitor;
drop index configured_sessions_price;
create index configured_sessions_date on configured_sessions (project_id, date);
alter table configured_sessions drop column returns;
drop table abandoned_days;
drop table configured_prices;
drop function price_bin(bigint);
