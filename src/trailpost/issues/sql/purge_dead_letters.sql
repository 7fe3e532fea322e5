delete from issue_dead_letters where id in (
    select id from issue_dead_letters
    where replayed_at < %(before)s::timestamptz limit %(most)s::int)
