select version, valid_from, note, prices::text as prices, created_at
from price_lists
order by version desc
limit 100
