insert into share_links (token_hash, section, query, by, created_at, expires_at)
values (%(token_hash)s::bytea, %(section)s::text, %(query)s::text, %(by)s::bigint,
    %(now)s::timestamptz, %(expires_at)s::timestamptz)
