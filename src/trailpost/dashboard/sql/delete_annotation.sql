delete from annotations where id = %(id)s::bigint and project_id = %(project_id)s::int
