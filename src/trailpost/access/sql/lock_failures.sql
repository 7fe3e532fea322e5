-- Two attempts at once must not both be the last one allowed. Sorted, so that none deadlock.
select pg_advisory_xact_lock(7302119, name)
from (select hashtext(who) as name from unnest(%(names)s::text[]) as who order by 1) as sorted
