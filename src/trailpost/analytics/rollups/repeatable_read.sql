-- What is read and what is written belong to one moment.
set transaction isolation level repeatable read
