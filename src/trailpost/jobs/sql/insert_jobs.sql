-- Many jobs of one kind and owner.
insert into job (id, project_id, user_id, kind, variant, queue, batch, payload, keep_payload,
    priority, max_attempts, steps, run_after, rank, charged_to)
select one.id, %(project_id)s::int, %(user_id)s::bigint, %(kind)s::text, %(variant)s::text,
    %(queue)s::text, %(batch)s::uuid, one.payload::jsonb, %(keep_payload)s::bool,
    %(priority)s::smallint, %(max_attempts)s::int, %(steps)s::text[], due,
    job_rank(due, %(priority)s::smallint), %(charged_to)s::timestamptz
from unnest(%(ids)s::uuid[], %(payloads)s::text[]) as one (id, payload),
    (select coalesce(%(run_after)s::timestamptz, now()) as due) as d
returning owner
