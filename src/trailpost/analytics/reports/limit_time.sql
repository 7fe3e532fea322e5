-- No report may hold a connection for longer. Until the end of the transaction.
set local statement_timeout = '10s'
