-- What is kept of spans that were dropped.
with dropped as (
    delete from built_spans b
    where b.project_id = %(project_id)s::int and not exists (
        select from closed_spans c
        where c.project_id = b.project_id and c.kind = b.kind and c.starts_at = b.starts_at)
    returning b.project_id, b.kind, b.starts_at
)
delete from span_analytics a
using dropped d
where a.project_id = d.project_id and a.kind = d.kind and a.starts_at = d.starts_at
