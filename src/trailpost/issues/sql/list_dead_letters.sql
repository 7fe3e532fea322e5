-- Those that wait to be replayed.
select id, project_id, occurrences, reason, created_at
from issue_dead_letters
where replayed_at is null
order by id
limit %(most)s::bigint
