select a.id, a.at, a.text, coalesce(u.email, 'somebody who is gone') as by, a.created_at
from annotations a
left join users u on u.id = a.by
where a.project_id = %(project_id)s::int
  and a.at >= %(start)s::timestamptz and a.at < %(until)s::timestamptz
order by a.at desc, a.id desc
limit 1000
