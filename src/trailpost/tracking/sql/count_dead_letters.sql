select count(*) as letters, coalesce(sum(events), 0)::bigint as events
from dead_letters
where replayed_at is null
