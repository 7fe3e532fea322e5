delete from request_timings where minute < %(before)s::timestamptz
