drop trigger job_changed on job;
drop function job_changed();
drop function job_sweep(float8);
drop function job_cancel(uuid);
drop function job_end(uuid, bigint, text, jsonb, text, timestamptz, float8[]);
drop function job_start(uuid, bigint, text, int, float8, text);
drop function job_settle(text, text, text, boolean);
drop function job_unpark(text, int);
drop function job_release(text, text);
drop function job_ticket(uuid, text, text, smallint, int);
drop function job_rank(timestamptz, smallint);
drop table job_transport;
drop table job_quota;
drop table job_schedule;
drop table job_attempt;
drop table job;
drop sequence job_token;
drop table job_batch;
drop table job_queue;

-- Whatever version of procrastinate it was: all its names begin alike.
do $$
declare
    found record;
begin
    for found in select oid::regclass as name from pg_class
                 where relnamespace = 'public'::regnamespace and relkind = 'r'
                   and relname like 'procrastinate\_%' loop
        execute format('drop table %s cascade', found.name);
    end loop;
    for found in select oid::regprocedure as name from pg_proc
                 where pronamespace = 'public'::regnamespace
                   and proname like 'procrastinate\_%' loop
        execute format('drop function %s cascade', found.name);
    end loop;
    for found in select oid::regtype as name from pg_type
                 where typnamespace = 'public'::regnamespace and typtype in ('e', 'c')
                   and typname like 'procrastinate\_%' loop
        execute format('drop type %s cascade', found.name);
    end loop;
end $$;
