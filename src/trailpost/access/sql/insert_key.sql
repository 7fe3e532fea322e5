-- Nothing comes back when there is no such project.
insert into ingest_keys (key, project_id, name)
select %(key)s, id, %(name)s from projects where slug = %(project)s
returning key, %(project)s::text as project, name, created_at, revoked_at
