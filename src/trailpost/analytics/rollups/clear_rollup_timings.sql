delete from rollup_timings
where bucket >= %(first)s::timestamptz and bucket < %(until)s::timestamptz
