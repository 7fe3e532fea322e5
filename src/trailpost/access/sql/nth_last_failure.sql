-- When the failure was that must grow old before another attempt is allowed.
select at
from login_failures
where who = %(who)s and at > %(since)s
order by at desc
offset %(allowed)s::int - 1
limit 1
