select id, status, name, email, phone, message, language, configuration::text as configuration,
    price_list_version::text as price_list_version, total_price, session_id, created_at, status_at
from customer_inquiries
where id = %(id)s::uuid
