delete from saved_views where id = %(id)s::bigint and user_id = %(user_id)s::bigint
