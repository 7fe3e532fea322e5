select version, valid_from, note, prices::text as prices, created_at
from price_lists
where valid_from >= (
    select coalesce(max(valid_from), '-infinity') from price_lists
    where valid_from <= %(now)s::timestamptz
)
order by valid_from, version
