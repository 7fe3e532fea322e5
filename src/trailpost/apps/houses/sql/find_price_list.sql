select version, valid_from, note, prices::text as prices, created_at
from price_lists
where version = %(version)s::int
