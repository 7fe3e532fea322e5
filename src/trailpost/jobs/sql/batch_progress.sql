-- No row for a batch that is not known.
select count(*)::int as total,
    count(*) filter (where status = 'PENDING')::int as pending,
    count(*) filter (where status = 'PROCESSING')::int as processing,
    count(*) filter (where status = 'COMPLETED')::int as completed,
    count(*) filter (where status = 'FAILED')::int as failed,
    count(*) filter (where status = 'CANCELLED')::int as cancelled,
    avg(case when finished_at is null then progress else 1 end)::float8 as progress
from job where batch = %(id)s::uuid having count(*) > 0
