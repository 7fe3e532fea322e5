drop table job_limit;
drop trigger job_made on job;
drop function job_made();
drop index user_sessions_open;
-- What was set for want of events goes; it was not said by any.
update user_sessions set end_time = null where closed_at is not null;
alter table user_sessions drop column closed_at;
comment on column user_sessions.end_time is null;
