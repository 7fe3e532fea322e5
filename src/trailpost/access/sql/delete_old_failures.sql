delete from login_failures where at < %(before)s
