-- The events that were removed were stored in the minute of their receipt.
with moved as (
    select date_bin('1 minute', received_at, timestamptz '2000-01-01 00:00Z') as minute,
        project_id, count(*) as events
    from staged group by 1, 2 order by 1, 2
)
update ingest_ledger l
set stored = l.stored - moved.events, erased = l.erased + moved.events
from moved
where l.minute = moved.minute and l.project_id = moved.project_id
