-- Prices of closed days, counted, so that a report over 30 of them reads some thousand rows and
-- not each session. The sessions themselves are still kept, for what counts cannot say.

-- The price cut to three significant digits: 278,210.00 € is of 278,000.00 €. Bins of one width
-- lie side by side, and a round bar of a chart consists of whole ones.
create function price_bin(price_cents bigint) returns bigint
language sql immutable parallel safe as $$
    select price_cents - price_cents
        % power(10::float8, greatest(length(price_cents::text) - 3, 0))::bigint
$$;

create table configured_prices (
    project_id         int not null,
    date               date not null,
    is_bot             boolean not null,
    price_list_version text,
    price_bin          bigint not null,
    sessions           bigint not null,
    converted          bigint not null,
    price_cents        numeric not null,
    lowest_cents       bigint not null,
    highest_cents      bigint not null,
    first_start        timestamptz not null,
    last_start         timestamptz not null
);
create index configured_prices_date on configured_prices (project_id, date);
comment on table configured_prices is 'configured_sessions of each closed local day, counted';

-- What the visitors of one closed day would come to if they had come on no other.
create table abandoned_days (
    project_id         int not null,
    date               date not null,
    is_bot             boolean not null,
    left_visitors      bigint not null,
    left_cents         numeric not null,
    recovered_visitors bigint not null,
    recovered_cents    numeric not null,
    last_activity      timestamptz,
    primary key (project_id, date, is_bot)
);
comment on column abandoned_days.last_activity is
    'the latest of those who left something; before they are all idle the day is no sum';

alter table configured_sessions add column returns boolean not null default false;
comment on column configured_sessions.returns is
    'its visitor has, or once had, configured sessions on another closed day too';
drop index configured_sessions_date;
-- Sessions of one bin of a day are neighbours; whole days are found by it as well.
create index configured_sessions_price on configured_sessions (project_id, date, price_cents);
create index configured_sessions_visitor on configured_sessions (project_id, visitor);
create index configured_sessions_returning on configured_sessions (project_id, date)
    where returns;

drop function configured_over(int, date[], timestamptz[], timestamptz[], boolean, jsonb);

-- Configured sessions of the stretches of which nothing is kept.
create function configured_live(
    project int, live_from timestamptz[], live_until timestamptz[], bots boolean, filters jsonb)
returns table (
    start_time timestamptz, last_activity timestamptz, visitor bigint, price_cents bigint,
    is_bot boolean, is_converted boolean, price_list_version text)
language sql stable parallel safe as $$
    select l.*
    from unnest(live_from, live_until) as span (first, until),
        configured_in(project, span.first, span.until, bots, filters) l
$$;

-- Sums and exact quantiles of configured prices: one row for each step between `edges` (none: all
-- in step 0) and, if asked for, each price list, of which the `most` frequent are answered.
-- quantiles[n] is the lowest price that at least shares[n] of the sessions do not exceed, as
-- percentile_disc has it: counts say in which bin it lies and as the how manieth; only of that
-- bin are sessions read, and not even those when all of it is one price.
-- `list` is '=' and the version, '' where none is named, so that lists can be hashed and joined.
create function price_figures(
    project int, closed date[], live_from timestamptz[], live_until timestamptz[], bots boolean,
    filters jsonb, edges timestamptz[], by_list boolean, most int, shares float8[])
returns table (
    step int, price_list_version text, sessions bigint, converted bigint, price_cents numeric,
    lowest bigint, highest bigint, first_start timestamptz, last_start timestamptz,
    quantiles bigint[])
language sql stable parallel safe as $$
    with live as materialized (
        select width_bucket(l.start_time, edges) as step,
            case when by_list then coalesce('=' || l.price_list_version, '') else '' end as list,
            l.price_cents, price_bin(l.price_cents) as price_bin, l.is_converted, l.start_time
        from configured_live(project, live_from, live_until, bots, filters) l
    ),
    bins as materialized (
        select c.step, c.list, c.price_bin, sum(c.sessions)::bigint as sessions,
            sum(c.converted)::bigint as converted, sum(c.price_cents) as price_cents,
            min(c.lowest) as lowest, max(c.highest) as highest,
            min(c.first_start) as first_start, max(c.last_start) as last_start,
            min(c.date) as first_date, max(c.date) as last_date
        from (
            select width_bucket(p.first_start, edges) as step,
                case when by_list then coalesce('=' || p.price_list_version, '') else '' end
                    as list,
                p.price_bin, p.sessions, p.converted, p.price_cents, p.lowest_cents as lowest,
                p.highest_cents as highest, p.first_start, p.last_start, p.date
            from configured_prices p
            where p.project_id = project and p.date = any (closed) and (not p.is_bot or bots)
            union all
            select l.step, l.list, l.price_bin, count(*), count(*) filter (where l.is_converted),
                sum(l.price_cents), min(l.price_cents), max(l.price_cents), min(l.start_time),
                max(l.start_time), null::date
            from live l
            group by l.step, l.list, l.price_bin
        ) as c
        group by c.step, c.list, c.price_bin
    ),
    sums as materialized (
        select b.step, b.list, sum(b.sessions)::bigint as sessions,
            sum(b.converted)::bigint as converted, sum(b.price_cents) as price_cents,
            min(b.lowest) as lowest, max(b.highest) as highest,
            min(b.first_start) as first_start, max(b.last_start) as last_start
        from bins b
        group by b.step, b.list
        order by sum(b.sessions) desc, nullif(b.list, '')
        limit most
    ),
    -- The bin of each quantile, and its rank among the bin's sessions.
    wanted as materialized (
        select r.step, r.list, r.price_bin, r.lowest, r.highest, share.place,
            greatest(ceil(share.share * r.total)::bigint, 1) - (r.until - r.sessions) as rank,
            case when r.first_date = r.last_date then array[r.first_date]
                when r.first_date is not null then closed end as dates
        from (
            select b.step, b.list, b.price_bin, b.lowest, b.highest, b.sessions, b.first_date,
                b.last_date, s.sessions as total,
                (sum(b.sessions) over (partition by b.step, b.list order by b.price_bin))::bigint
                    as until
            from bins b join sums s on s.step = b.step and s.list = b.list
        ) as r
        join unnest(shares) with ordinality as share (share, place)
          on greatest(ceil(share.share * r.total)::bigint, 1) <= r.until
         and greatest(ceil(share.share * r.total)::bigint, 1) > r.until - r.sessions
    ),
    ranked as (
        select p.step, p.list, p.place, p.rank, p.price_cents,
            row_number() over (
                partition by p.step, p.list, p.place order by p.price_cents) as number
        from (
            select w.step, w.list, w.place, w.rank, kept.price_cents
            from wanted w
            cross join lateral (
                select c.price_cents
                from configured_sessions c
                where c.project_id = project and c.date = any (w.dates)
                  and c.price_cents between w.lowest and w.highest and (not c.is_bot or bots)
                  and width_bucket(c.start_time, edges) = w.step
                  and (not by_list or coalesce('=' || c.price_list_version, '') = w.list)
                offset 0
            ) as kept
            where w.lowest < w.highest
            union all
            select w.step, w.list, w.place, w.rank, l.price_cents
            from wanted w
            join live l on l.step = w.step and l.list = w.list and l.price_bin = w.price_bin
            where w.lowest < w.highest
        ) as p
    ),
    quantiles as materialized (
        select f.step, f.list, array_agg(f.price_cents order by f.place) as prices
        from (
            select w.step, w.list, w.place, w.lowest as price_cents
            from wanted w where w.lowest = w.highest
            union all
            select r.step, r.list, r.place, r.price_cents from ranked r where r.number = r.rank
        ) as f
        group by f.step, f.list
    )
    select s.step, substr(nullif(s.list, ''), 2), s.sessions, s.converted, s.price_cents,
        s.lowest, s.highest, s.first_start, s.last_start, q.prices
    from sums s join quantiles q on q.step = s.step and q.list = s.list
$$;

-- What became of each visitor's configurations, once per visitor: recovered, or left as they are;
-- neither for those who converted without having left one before.
-- `summed` are closed days whose sums are in abandoned_days; of them only visitors are answered
-- who came on another day of the period too: with the outcome that stands in the day's sum
-- (`date` says which) and with the one they have over all days (`date` is null).
create function visitor_outcomes(
    project int, summed date[], unsummed date[], live_from timestamptz[],
    live_until timestamptz[], bots boolean, filters jsonb)
returns table (
    date date, is_bot boolean, visitor bigint, is_recovered boolean, price_cents bigint,
    last_activity timestamptz)
language sql stable parallel safe as $$
    with apart as materialized (
        select l.is_bot, l.visitor, l.start_time, l.last_activity, l.price_cents, l.is_converted
        from configured_live(project, live_from, live_until, bots, filters) l
        where l.price_cents > 0
        union all
        select c.is_bot, c.visitor, c.start_time, c.last_activity, c.price_cents, c.is_converted
        from configured_sessions c
        where c.project_id = project and c.date = any (unsummed) and (not c.is_bot or bots)
          and c.price_cents > 0
    ),
    again as materialized (
        select c.date, c.is_bot, c.visitor, c.start_time, c.last_activity, c.price_cents,
            c.is_converted
        from configured_sessions c
        where c.project_id = project and c.date = any (summed) and c.returns
          and (not c.is_bot or bots) and c.price_cents > 0
        union all
        select c.date, c.is_bot, c.visitor, c.start_time, c.last_activity, c.price_cents,
            c.is_converted
        from (select distinct a.visitor from apart a where cardinality(summed) > 0) as v
        cross join lateral (
            select k.*
            from configured_sessions k
            where k.project_id = project and k.visitor = v.visitor
            offset 0
        ) as c
        where c.date = any (summed) and not c.returns and (not c.is_bot or bots)
          and c.price_cents > 0
    ),
    outcomes as (
        select v.date, v.is_bot, v.visitor,
            (array_agg(v.price_cents order by v.start_time desc, v.price_cents desc))[1]
                as price_cents,
            max(v.last_activity) as last_activity,
            bool_or(v.is_converted) as is_converted,
            max(v.start_time) filter (where v.is_converted) as converted_at,
            min(v.start_time) filter (where not v.is_converted) as left_at,
            (array_agg(v.price_cents order by v.start_time desc, v.price_cents desc)
                filter (where v.is_converted))[1] as taken_cents
        from (
            select null::date as date, a.* from apart a
            union all
            select null::date, n.is_bot, n.visitor, n.start_time, n.last_activity, n.price_cents,
                n.is_converted
            from again n
            union all
            select n.* from again n
        ) as v
        group by v.date, v.is_bot, v.visitor
    )
    select o.date, o.is_bot, o.visitor, o.is_converted,
        case when o.is_converted then o.taken_cents else o.price_cents end, o.last_activity
    from outcomes o
    where not o.is_converted or o.left_at < o.converted_at
$$;

-- Days that are kept lack all this.
update closed_days set marked = marked + 1;
