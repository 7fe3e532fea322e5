select count(*)::bigint as admins from users where role = 'admin'
