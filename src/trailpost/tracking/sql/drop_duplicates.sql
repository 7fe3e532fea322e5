-- What another transaction had stored before is no news: `staged` keeps what this one inserted,
-- known by its xmin. A scalar subquery, since a join might read whole partitions.
delete from staged
where (
    select count(*) from events
    where events.event_id = staged.event_id and events.day = staged.day
        and events.day = any (%(days)s::date[])
        and events.xmin = pg_current_xact_id()::xid
) = 0
returning uuid_send(event_id) as event_id, day - date '1970-01-01' as day
