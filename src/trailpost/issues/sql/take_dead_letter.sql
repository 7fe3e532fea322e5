-- Nothing when it was replayed, or is being replayed elsewhere.
select id, project_id, entry_id, occurrences, payload,
    (extract(epoch from received_at) * 1000000)::bigint as received_at
from issue_dead_letters
where id = %(id)s and replayed_at is null
for update skip locked
