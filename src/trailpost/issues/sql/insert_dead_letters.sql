insert into issue_dead_letters (project_id, stream, entry_id, occurrences, reason, payload, received_at)
select project_id, %(stream)s, entry_id, occurrences, reason, payload,
    to_timestamp(received_at / 1000000.0)
from unnest(
    %(project_ids)s::int[], %(entry_ids)s::text[], %(occurrences)s::int[], %(reasons)s::text[],
    %(payloads)s::bytea[], %(received_at)s::bigint[]
) as t (project_id, entry_id, occurrences, reason, payload, received_at)
