insert into rollup_sessions
select * from raw_rollup_sessions(
    %(first)s::timestamptz, %(until)s::timestamptz, %(since)s::timestamptz)
