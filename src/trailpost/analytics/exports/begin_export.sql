-- Times come in the asked zone; plans are made for all rows, not for the first; and whoever reads
-- from a pipe may take their time. Until the end of the transaction.
select
    set_config('TimeZone', %(zone)s::text, true) as zone,
    set_config('cursor_tuple_fraction', '1', true) as fraction,
    set_config('idle_in_transaction_session_timeout', '1h', true) as patience
