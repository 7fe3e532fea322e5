-- The revision that the schema is at; fails when it was never migrated.
select version_num::text as revision from schema_version
