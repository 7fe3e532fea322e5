delete from process_samples where at < %(before)s::timestamptz
