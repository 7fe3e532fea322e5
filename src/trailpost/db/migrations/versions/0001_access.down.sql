drop table login_failures;
drop table logins;
drop table users;
drop table ingest_keys;
drop table projects;
