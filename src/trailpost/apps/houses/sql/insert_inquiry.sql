insert into customer_inquiries
    (id, name, email, phone, message, language, configuration, price_list_version, total_price,
    session_id, sent_as)
values
    (%(id)s::uuid, %(name)s::text, %(email)s::text, %(phone)s::text, %(message)s::text,
    %(language)s::text, %(configuration)s::text::jsonb, %(version)s::int, %(total)s::int,
    %(session)s::text, %(sent_as)s::uuid)
on conflict (sent_as) do nothing
returning id, status, name, email, phone, message, language, configuration::text as configuration,
    price_list_version::text as price_list_version, total_price, session_id, created_at, status_at
