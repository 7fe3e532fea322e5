insert into rollup_timings
select * from raw_rollup_timings(
    %(first)s::timestamptz, %(until)s::timestamptz)
