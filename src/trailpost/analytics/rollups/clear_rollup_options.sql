delete from rollup_options
where bucket >= %(first)s::timestamptz and bucket < %(until)s::timestamptz
