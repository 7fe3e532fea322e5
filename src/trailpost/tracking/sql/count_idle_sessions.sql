-- How many close_idle_sessions would close.
select count(*) as sessions from user_sessions
where end_time is null and last_bucket < %(before)s::timestamptz
    and last_activity < %(before)s::timestamptz
