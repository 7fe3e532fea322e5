-- The embedded server's database, made on the first start.
create database trailpost
