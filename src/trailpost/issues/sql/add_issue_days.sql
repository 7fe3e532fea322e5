insert into issue_days as d (issue_id, day, occurrences)
select issue_id, day, occurrences
from unnest(%(issue_ids)s::uuid[], %(days)s::date[], %(occurrences)s::bigint[])
    as t (issue_id, day, occurrences)
order by 1, 2
on conflict (issue_id, day) do update set occurrences = d.occurrences + excluded.occurrences
