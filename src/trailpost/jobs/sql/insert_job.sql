-- One job, unless one with its key is waiting or running.
insert into job (id, project_id, user_id, kind, variant, queue, batch, dedupe, payload,
    keep_payload, priority, max_attempts, steps, run_after, rank, charged_to)
select %(id)s::uuid, %(project_id)s::int, %(user_id)s::bigint, %(kind)s::text, %(variant)s::text,
    %(queue)s::text, %(batch)s::uuid, %(dedupe)s::text, %(payload)s::text::jsonb,
    %(keep_payload)s::bool, %(priority)s::smallint, %(max_attempts)s::int, %(steps)s::text[], due,
    job_rank(due, %(priority)s::smallint), %(charged_to)s::timestamptz
from (select coalesce(%(run_after)s::timestamptz, now()) as due) as d
on conflict (kind, dedupe) where status in ('PENDING', 'PROCESSING') do nothing
returning owner
