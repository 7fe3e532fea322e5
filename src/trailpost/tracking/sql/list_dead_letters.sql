select id, project_id, stream, entry_id, events, reason, payload, received_at, created_at,
    replayed_at, outcome
from dead_letters
where %(replayed)s::boolean or replayed_at is null
order by id
limit %(most)s::bigint
