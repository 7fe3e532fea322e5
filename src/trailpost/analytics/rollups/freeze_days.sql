-- Days whose raw events are gone: what was made of those can be made no more.
update closed_days c
set frozen = true
from built_days b
where b.project_id = c.project_id and b.date = c.date
  and c.project_id = %(project_id)s::int and c.date < %(since)s::date and not c.frozen
