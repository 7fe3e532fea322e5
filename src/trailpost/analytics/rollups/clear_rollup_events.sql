delete from rollup_events
where bucket >= %(first)s::timestamptz and bucket < %(until)s::timestamptz
