-- Those that wait to be replayed; all of them when no ids are given.
select id
from dead_letters
where replayed_at is null and (%(ids)s::bigint[] is null or id = any (%(ids)s::bigint[]))
order by id
