delete from rollup_sessions
where bucket >= %(first)s::timestamptz and bucket < %(until)s::timestamptz
