create table job_queue (
    name      text primary key,
    paused_at timestamptz,
    share     int not null default 10 check (share > 0)
);
comment on column job_queue.share is 'most tickets one owner holds at a time';

create table job_batch (
    id         uuid primary key,
    created_at timestamptz not null default now()
);

create sequence job_token;

create table job (
    id               uuid primary key,
    project_id       int,
    user_id          bigint,
    owner            text not null generated always as
                     (coalesce('u' || user_id::text, 'p' || project_id::text, '-')) stored,
    kind             text not null,
    variant          text not null default '',
    queue            text not null,
    batch            uuid references job_batch,
    dedupe           text,
    payload          jsonb,
    keep_payload     boolean not null,
    status           text not null default 'PENDING'
                     check (status in ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    cancel_requested boolean not null default false,
    priority         smallint not null check (priority between 0 and 3),
    attempt          int not null default 0,
    max_attempts     int not null check (max_attempts > 0),
    lost             int not null default 0,
    steps            text[] not null,
    step             text,
    step_progress    float8 not null default 0,
    progress         float8 not null default 0 check (progress between 0 and 1),
    version          bigint not null default 0,
    run_after        timestamptz not null,
    rank             timestamptz not null,
    ticket           bigint,
    parked_at        timestamptz,
    token            bigint,
    worker           text,
    lease_until      timestamptz,
    charged_to       timestamptz,
    created_at       timestamptz not null default now(),
    started_at       timestamptz,
    step_at          timestamptz,
    finished_at      timestamptz,
    error            text,
    result           jsonb,
    -- A lease is held while PROCESSING and at no other time.
    check ((status = 'PROCESSING') = (lease_until is not null)),
    check ((status in ('COMPLETED', 'FAILED', 'CANCELLED')) = (finished_at is not null))
) with (fillfactor = 75);
comment on column job.owner is 'whose fair share it counts against: the user, else the project';
comment on column job.variant is 'what makes two runs of a kind comparable, such as a model';
comment on column job.ticket is 'the procrastinate job that may start it; any other starts nothing';
comment on column job.token is 'fence: a new one with each start; only its holder may finish';
comment on column job.parked_at is 'a ticket came, but its kind was at its limit';
comment on column job.rank is 'order within an owner: run_after, less what the priority is worth';
comment on column job.charged_to is 'start of the quota period that pays for it';

create unique index job_dedupe on job (kind, dedupe) where status in ('PENDING', 'PROCESSING');
create index job_waiting on job (owner, queue, rank)
    where status = 'PENDING' and ticket is null and parked_at is null;
create index job_due on job (run_after)
    where status = 'PENDING' and ticket is null and parked_at is null;
create index job_ticketed on job (owner, queue)
    where status = 'PROCESSING' or status = 'PENDING' and (ticket is not null or parked_at is not null);
create index job_running on job (kind) where status = 'PROCESSING';
create index job_parked on job (kind, parked_at) where status = 'PENDING' and parked_at is not null;
create index job_batch_of on job (batch) where batch is not null;
create index job_user on job (user_id, id);
create index job_finished on job (finished_at) where finished_at is not null;

create table job_attempt (
    job_id      uuid not null references job on delete cascade,
    number      bigint not null,
    attempt     int not null,
    kind        text not null,
    variant     text not null,
    queue       text not null,
    worker      text not null,
    outcome     text not null check (outcome in
                ('COMPLETED', 'FAILED', 'CANCELLED', 'RETRIED', 'LOST', 'RELEASED')),
    waited      float8 not null,
    seconds     float8[] not null,
    step        text,
    error       text,
    started_at  timestamptz not null,
    finished_at timestamptz not null,
    primary key (job_id, number)
);
comment on column job_attempt.number is 'the fencing token of the attempt';
comment on column job_attempt.seconds is 'time spent in each step of job.steps';
create index job_attempt_clean on job_attempt (kind, variant, finished_at desc)
    where outcome = 'COMPLETED' and attempt = 1;
create index job_attempt_finished on job_attempt (finished_at);

create table job_schedule (
    name       text primary key,
    kind       text not null,
    cron       text not null,
    time_zone  text not null,
    catch_up   text not null check (catch_up in ('once', 'each', 'skip')),
    next_tick  timestamptz not null,
    last_tick  timestamptz,
    last_job   uuid,
    skipped    bigint not null default 0
);
comment on column job_schedule.skipped is 'ticks that made no run of their own';

create table job_quota (
    kind         text not null,
    user_id      bigint not null,
    period_start timestamptz not null,
    used         int not null check (used >= 0),
    primary key (kind, user_id, period_start)
);

create table job_transport (
    version text not null
);
comment on table job_transport is 'the last migration of procrastinate that this database has';

-- What a priority is worth in time: an URGENT job overtakes what came up to two minutes earlier,
-- and nothing that came before that, so nobody starves.
create function job_rank(due timestamptz, priority smallint) returns timestamptz
language sql stable as $$
    select due - case priority when 3 then interval '120 s' when 2 then interval '30 s'
                               when 0 then interval '-60 s' else interval '0' end
$$;

-- A ticket, in the order of procrastinate: larger first. Seconds since 2025, negative, of the
-- moment it is handed out and one more for each that its owner holds already: owners take turns
-- whatever the length of their queues, and who comes first goes before another's second.
create function job_ticket(job uuid, kind text, queue text, priority smallint, held int)
returns bigint
language sql volatile as $$
    select (procrastinate_defer_jobs_v1(array[row(
        queue, 'trailpost', -extract(epoch from
            job_rank(clock_timestamp() + held * interval '1 s', priority) - timestamptz '2025-01-01 00:00:00+00')::int,
        null, null, jsonb_build_object('job', job, 'kind', kind), null)::procrastinate_job_to_defer_v1]))[1]
$$;

-- Hand out tickets to an owner until they hold their share. Returns how many.
create function job_release(of_owner text, of_queue text) returns int
language plpgsql as $$
declare
    places int;
    held   int;
    found  record;
    given  int := 0;
begin
    -- A statement of its own: the count below must see what the last holder of the lock did.
    perform pg_advisory_xact_lock(7302121, hashtext(of_owner || '/' || of_queue));
    select case when paused_at is null then share else 0 end into places
    from job_queue where name = of_queue;
    select count(*) into held from job
    where owner = of_owner and queue = of_queue
      and (status = 'PROCESSING' or status = 'PENDING' and (ticket is not null or parked_at is not null));
    places := coalesce(places, 10) - held;
    if places <= 0 then
        return 0;
    end if;
    for found in
        select id, kind, priority from job
        where owner = of_owner and queue = of_queue
          and status = 'PENDING' and ticket is null and parked_at is null
          and run_after <= clock_timestamp()
        order by rank, id limit places for update skip locked
    loop
        update job set ticket = job_ticket(found.id, found.kind, of_queue, found.priority, held + given)
        where id = found.id;
        given := given + 1;
    end loop;
    return given;
end $$;

-- Hand tickets to jobs that were parked because their kind was at its limit.
create function job_unpark(of_kind text, places int) returns int
language plpgsql as $$
declare
    found record;
    given int := 0;
begin
    -- Whoever is about to park one has committed once this lock is ours.
    perform pg_advisory_xact_lock(7302122, hashtext(of_kind));
    for found in
        select id, queue, priority from job
        where kind = of_kind and status = 'PENDING' and parked_at is not null
        order by job_rank(parked_at, priority), id limit places for update skip locked
    loop
        update job set parked_at = null,
            ticket = job_ticket(found.id, of_kind, found.queue, found.priority, 0)
        where id = found.id;
        given := given + 1;
    end loop;
    return given;
end $$;

-- A place became free: the owner's next job, and the kind's next parked one.
create function job_settle(of_owner text, of_queue text, of_kind text, is_capped boolean)
returns int language plpgsql as $$
begin
    return job_release(of_owner, of_queue)
        + case when is_capped then job_unpark(of_kind, 1) else 0 end;
end $$;

-- The fence at the beginning: one row for the ticket that may start the job, none for any other.
create function job_start(wanted uuid, mine bigint, of_kind text, cap int, lease float8, who text)
returns setof job language plpgsql as $$
begin
    if exists (select from job j join job_queue q on q.name = j.queue
               where j.id = wanted and q.paused_at is not null) then
        update job set ticket = null where id = wanted and ticket = mine and status = 'PENDING';
        return;
    end if;
    if cap is not null then
        perform pg_advisory_xact_lock(7302122, hashtext(of_kind));
        if (select count(*) from job where kind = of_kind and status = 'PROCESSING') >= cap then
            update job set ticket = null, parked_at = clock_timestamp()
            where id = wanted and ticket = mine and status = 'PENDING';
            return;
        end if;
    end if;
    return query
        update job set status = 'PROCESSING', attempt = attempt + 1, token = nextval('job_token'),
            lease_until = clock_timestamp() + make_interval(secs => lease), worker = who,
            started_at = clock_timestamp(), step = null, step_at = clock_timestamp(),
            step_progress = 0, progress = 0, error = null
        where id = wanted and ticket = mine and status = 'PENDING' and not cancel_requested
        returning *;
end $$;

-- The fence at the end: closes the attempt if the token still holds the job. `wish` is COMPLETED,
-- FAILED, RETRIED (again at due), RELEASED (costs no attempt), LOST (its lease ran out) or CANCELLED.
-- Returns the status the job has now, or null when it is somebody else's.
create function job_end(wanted uuid, mine bigint, wish text, outcome jsonb, reason text,
                        due timestamptz, spent float8[])
returns text language plpgsql as $$
declare
    old    job;
    ending text := wish;
    now_is text;
begin
    select * into old from job where id = wanted and token = mine for update;
    if old.id is null then
        return null;
    end if;
    if old.status <> 'PROCESSING' then
        -- The answer to an earlier call was lost on the way.
        return case when old.status in ('COMPLETED', 'FAILED', 'CANCELLED') then old.status end;
    end if;
    -- Renewed in between: not lost after all.
    if wish = 'LOST' and old.lease_until > clock_timestamp() then
        return null;
    end if;
    if old.cancel_requested then
        ending := 'CANCELLED';
    end if;
    now_is := case
        when ending in ('COMPLETED', 'FAILED', 'CANCELLED') then ending
        when ending = 'RELEASED' or old.attempt < old.max_attempts then 'PENDING'
        else 'FAILED' end;
    update job set
        status = now_is,
        attempt = attempt - (ending = 'RELEASED')::int,
        lost = lost + (ending = 'LOST')::int,
        ticket = null, lease_until = null,
        run_after = case when now_is = 'PENDING' then greatest(due, run_after) else run_after end,
        rank = case when now_is = 'PENDING'
               then job_rank(greatest(due, run_after), priority) else rank end,
        progress = case now_is when 'COMPLETED' then 1 when 'PENDING' then 0 else progress end,
        step = case when now_is = 'PENDING' then null else step end,
        error = case when ending = 'COMPLETED' then null else reason end,
        result = case when ending = 'COMPLETED' then outcome end,
        payload = case when now_is = 'PENDING' or keep_payload or payload = '{}' then payload end,
        finished_at = case when now_is <> 'PENDING' then clock_timestamp() end
    where id = wanted;
    insert into job_attempt (job_id, number, attempt, kind, variant, queue, worker, outcome,
        waited, seconds, step, error, started_at, finished_at)
    values (wanted, mine, old.attempt, old.kind, old.variant, old.queue, old.worker,
        case when ending = 'RETRIED' and now_is = 'FAILED' then 'FAILED' else ending end,
        greatest(0, extract(epoch from old.started_at - old.run_after)::float8), spent, old.step,
        case when ending <> 'COMPLETED' then reason end, old.started_at, clock_timestamp());
    return now_is;
end $$;

-- The one that waits ends at once, the one that runs is told to. Returns the status before, or null.
create function job_cancel(wanted uuid) returns text
language plpgsql as $$
declare
    old job;
begin
    select * into old from job where id = wanted for update;
    if old.status = 'PENDING' then
        update job set status = 'CANCELLED', cancel_requested = true, finished_at = clock_timestamp(),
            ticket = null, parked_at = null, error = null,
            payload = case when keep_payload or payload = '{}' then payload end
        where id = wanted;
        if old.charged_to is not null and old.attempt = 0 then
            update job_quota set used = used - 1
            where kind = old.kind and user_id = old.user_id and period_start = old.charged_to
              and used > 0;
        end if;
        if old.ticket is not null then
            perform procrastinate_cancel_job_v1(old.ticket, false, true);
        end if;
        perform job_release(old.owner, old.queue);
    elsif old.status = 'PROCESSING' then
        update job set cancel_requested = true where id = wanted;
        -- Wakes the worker; if that is lost, the next step or the keeper notices.
        perform procrastinate_cancel_job_v1(old.ticket, true, false);
    end if;
    return old.status;
end $$;

-- Tickets that nobody will answer: of workers that died between fetching and starting or between
-- finishing and acknowledging, and those that are gone although a job counts on them.
create function job_sweep(stalled float8) returns int
language plpgsql as $$
declare
    found record;
    swept int := 0;
begin
    perform procrastinate_prune_stalled_workers_v1(stalled);
    for found in select id from procrastinate_jobs
                 where status = 'doing' and worker_id is null for update skip locked loop
        perform procrastinate_finish_job_v1(found.id, 'failed', true);
        swept := swept + 1;
    end loop;
    for found in select j.id, j.ticket from job j
                 where j.status = 'PENDING' and j.ticket is not null
                   and not exists (select from procrastinate_jobs p
                                   where p.id = j.ticket and p.status in ('todo', 'doing'))
                 for update of j skip locked loop
        update job set ticket = null where id = found.id and ticket = found.ticket;
        swept := swept + 1;
    end loop;
    return swept;
end $$;

create function job_changed() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    perform pg_notify('trailpost_job', new.id::text);
    return new;
end $$;

-- What a watcher can see. A renewed lease or a ticket is none of it.
create trigger job_changed before update of status, step, step_progress, progress, cancel_requested
    on job for each row execute function job_changed();
