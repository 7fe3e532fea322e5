-- What was not stored before. No conflict target: each partition has a unique index of its own.
insert into events
select * from staged
on conflict do nothing
