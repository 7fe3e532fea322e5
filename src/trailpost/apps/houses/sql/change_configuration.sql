update house_configurations
set configuration = %(configuration)s::text::jsonb,
    price_list_version = %(version)s::int,
    total_price = %(total)s::int,
    revision = revision + 1,
    updated_at = now()
where id = %(id)s::text and revision = %(revision)s::int
returning id, revision, configuration::text as configuration, total_price,
    price_list_version::text as price_list_version, created_at, updated_at
