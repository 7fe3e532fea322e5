-- No statement of a report may hold a connection for longer. Until the end of the transaction.
select set_config('statement_timeout', %(milliseconds)s::text, true)
