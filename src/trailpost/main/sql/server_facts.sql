-- What start-up and `doctor` want to know of the server.
select
    current_setting('server_version_num')::int4 as version_number,
    split_part(current_setting('server_version'), ' ', 1) as version,
    current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('full_page_writes') as full_page_writes,
    clock_timestamp() as clock
