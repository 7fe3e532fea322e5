-- Every table and partition with its indexes and long values; rows as PostgreSQL last estimated them.
select coalesce(parent.relname, c.relname)::text as relation,
    c.relname::text as part,
    greatest(c.reltuples, 0)::bigint as rows,
    pg_total_relation_size(c.oid)::bigint as bytes
from pg_class c
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class parent on parent.oid = i.inhparent
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
order by c.relname
