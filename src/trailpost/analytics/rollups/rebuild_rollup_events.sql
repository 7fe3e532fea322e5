insert into rollup_events
select * from raw_rollup_events(
    %(first)s::timestamptz, %(until)s::timestamptz)
