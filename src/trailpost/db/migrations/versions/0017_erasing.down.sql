drop function raw_timings_received(int, timestamptz, timestamptz, date, date);
drop function sketch_less(bigint[], bigint[]);
-- Without the column a row must add up again: what was erased counts as received no more.
update ingest_ledger set received = received - erased where erased <> 0;
alter table ingest_ledger drop column erased;
drop table erased_sessions;
