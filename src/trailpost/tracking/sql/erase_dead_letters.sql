-- Letters that name one of them, replayed or not. Of those that wait the ledger says another end.
with gone as (
    delete from dead_letters d
    where exists (
        select from unnest(%(session_ids)s::uuid[]) as wanted (session_id)
        where position(uuid_send(wanted.session_id) in d.payload) > 0)
    returning d.project_id, date_bin('1 minute', d.received_at, timestamptz '2000-01-01 00:00Z')
        as minute, case when d.replayed_at is null then d.events else 0 end as events
),
moved as (
    select minute, project_id, sum(events) as events from gone group by 1, 2 order by 1, 2
)
update ingest_ledger l
set dead_lettered = l.dead_lettered - moved.events, erased = l.erased + moved.events
from moved
where l.minute = moved.minute and l.project_id = moved.project_id
