-- Fails when one of them was stored before.
insert into events
select * from staged
