alter table user_sessions add column closed_at timestamptz;
comment on column user_sessions.closed_at is
    'when end_time was set for want of events; null: it is open, or the page said its end';
comment on column user_sessions.end_time is
    'what the page said; else, once closed_at is set, the last event. The next event takes it back';
-- Exactly what has no end yet: few, however many sessions there are.
create index user_sessions_open on user_sessions (last_bucket) where end_time is null;

-- One notification for a statement, however many jobs it makes. Whom it is about is not said:
-- nobody can follow a job that was not there.
create function job_made() returns trigger language plpgsql as $$
begin
    perform pg_notify('trailpost_job', '');
    return null;
end $$;
create trigger job_made after insert on job for each statement execute function job_made();

create table job_limit (
    kind   text primary key,
    most   int not null check (most >= 0),
    period interval not null
);
comment on table job_limit is
    'quotas by setting, as the worker that started last has them; they win over those in the code';
comment on column job_limit.most is 'jobs that one user may enqueue in a period; 0: no limit';
