select l.id, l.section, l.query, coalesce(u.email, 'somebody who is gone') as by, l.created_at,
    l.expires_at, l.revoked_at, l.opened, l.opened_at
from share_links l
left join users u on u.id = l.by
order by l.created_at desc, l.id desc
limit 200
