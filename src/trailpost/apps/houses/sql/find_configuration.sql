select id, revision, configuration::text as configuration, total_price,
    price_list_version::text as price_list_version, created_at, updated_at
from house_configurations
where id = %(id)s::text
