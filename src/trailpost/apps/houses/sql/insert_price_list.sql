insert into price_lists (version, valid_from, note, prices)
values (%(version)s::int, %(valid_from)s::timestamptz, %(note)s::text, %(prices)s::text::jsonb)
returning version, valid_from, note, prices::text as prices, created_at
