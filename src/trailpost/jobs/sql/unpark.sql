-- Tickets for parked jobs of a kind that has places; returns how many.
select case when places > 0
    and exists (select from job where kind = %(kind)s::text and status = 'PENDING'
                and parked_at is not null)
    then job_unpark(%(kind)s::text, places) else 0 end as given
from (select %(concurrency)s::int - count(*)::int as places from job
      where kind = %(kind)s::text and status = 'PROCESSING') as free
