-- What this role may do with the database: whether it may migrate, because it owns the tables or can create them; what it may do beyond
-- db/grants.sql; and the tables on which it lacks rights. Only tables of the owner count. Of an empty database nothing is lacking.
with migrations as (
  select relowner from pg_class where oid = to_regclass('schema_migration')
),
own_table as (
  select oid, relname as name
  from pg_class
  where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
    and relowner = (select relowner from migrations)
),
changeable as (
  select string_agg(name, ', ' order by name) as names
  from own_table
  where name in ('audit_event', 'audit_seal', 'content_slice', 'delivery', 'delivery_body', 'delivery_release', 'document_correction',
      'document_version')
    and (has_any_column_privilege(oid, 'update') or has_table_privilege(oid, 'delete, truncate'))
),
role as (
  select
    rolsuper as is_superuser,
    coalesce((select pg_has_role(relowner, 'usage') from migrations), false) as is_owner,
    coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create
  from pg_roles
  where rolname = current_user
)
select
  is_superuser or is_owner or (may_create and not exists (select from migrations)),
  array_remove(
    array[
      case when is_superuser then 'superuser' end,
      case when is_owner then 'owner of the tables' end,
      case when may_create then 'create in the schema' end,
      'update or delete rows of ' || names
    ],
    null),
  array(
    select name::text
    from own_table
    where not has_table_privilege(oid, 'select')
      or (name <> 'schema_migration' and not has_any_column_privilege(oid, 'insert'))
      or (name = 'document' and not has_any_column_privilege(oid, 'update'))
    order by name)
from role
cross join changeable;
