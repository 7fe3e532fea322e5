-- All statements of the transaction see the same moment, so that parts of an answer agree.
set transaction isolation level repeatable read, read only
