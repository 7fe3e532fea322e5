select id, status, name, email, phone, message, language, configuration::text as configuration,
    price_list_version::text as price_list_version, total_price, session_id, created_at, status_at
from customer_inquiries
where (%(status)s::text is null or status = %(status)s::text)
    and (
        %(search)s::text is null
        or strpos(lower(name || ' ' || email), lower(%(search)s::text)) > 0
    )
    and (%(before)s::uuid is null or id < %(before)s::uuid)
order by id desc
limit %(most)s::int
