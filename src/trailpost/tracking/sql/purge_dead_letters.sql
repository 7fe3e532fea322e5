-- Some of those that were stored since; the ones that wait are kept until somebody replays them.
delete from dead_letters where id in (
    select id from dead_letters where replayed_at < %(before)s::timestamptz limit %(most)s::int)
