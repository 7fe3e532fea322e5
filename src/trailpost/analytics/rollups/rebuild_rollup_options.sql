insert into rollup_options
select * from raw_rollup_options(
    %(first)s::timestamptz, %(until)s::timestamptz, %(since)s::timestamptz)
