select k.key, p.slug as project, k.name, k.created_at, k.revoked_at
from ingest_keys k
join projects p on p.id = k.project_id
where %(project)s::text is null or p.slug = %(project)s
order by p.id, k.created_at, k.key
