-- As declared now. A changed expression is due at its own next tick; an unchanged one keeps its own.
insert into job_schedule as s (name, kind, cron, time_zone, catch_up, next_tick)
values (%(name)s::text, %(kind)s::text, %(cron)s::text, %(time_zone)s::text, %(catch_up)s::text,
    %(first)s::timestamptz)
on conflict (name) do update set kind = excluded.kind, cron = excluded.cron,
    time_zone = excluded.time_zone, catch_up = excluded.catch_up,
    next_tick = case when (s.cron, s.time_zone) = (excluded.cron, excluded.time_zone)
                then s.next_tick else %(next)s::timestamptz end
where (s.kind, s.cron, s.time_zone, s.catch_up)
    <> (excluded.kind, excluded.cron, excluded.time_zone, excluded.catch_up)
