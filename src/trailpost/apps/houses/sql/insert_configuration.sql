insert into house_configurations (id, configuration, price_list_version, total_price, edit_secret)
values (%(id)s::text, %(configuration)s::text::jsonb, %(version)s::int, %(total)s::int,
    %(secret)s::bytea)
on conflict do nothing
returning id, revision, configuration::text as configuration, total_price,
    price_list_version::text as price_list_version, created_at, updated_at
