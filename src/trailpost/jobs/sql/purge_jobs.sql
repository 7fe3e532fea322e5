-- Attempts go with them.
delete from job where finished_at < %(before)s::timestamptz
