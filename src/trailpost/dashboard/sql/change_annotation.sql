update annotations set at = %(at)s::timestamptz, text = %(text)s::text
where id = %(id)s::bigint and project_id = %(project_id)s::int
