insert into login_failures (who, at) values (%(who)s, %(at)s)
