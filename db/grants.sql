-- Gives the role that serves the rights that the service needs, and takes all others on its tables away. Executed by the owner of the
-- tables, any number of times: by "Redox.Media.Api migrate --grant-to ROLE", or by
--
--   psql -v ON_ERROR_STOP=1 -c "set redox_media.serving_role = 'ROLE'" -f db/grants.sql
--
-- Without the setting, to every role that has got them before: a table that a migration has added is then covered too.
--
-- Rows can be read and added, and those of a few tables updated in the columns named here. Clients and their keys are added without the
-- columns that only the database or a later change sets (docs/decisions/0036). Only uploads, and parts of files that are being fetched, are
-- deleted. A partition has no rights of its own: its rows are reached through the table. The service makes partitions with
-- create_partitions(date), and removes the rows of used_assertion that have expired with remove_expired_assertions().
do $$
declare
  owner oid;
  serving text;
  target record;
begin
  select relowner into owner from pg_class where oid = to_regclass('schema_migration');
  if owner is null then
    raise exception 'the database is not migrated' using errcode = 'undefined_table';
  elsif not pg_has_role(current_user, owner, 'usage') then
    raise exception 'the role "%" does not own the tables: rights are granted by "%"', current_user, pg_get_userbyid(owner)
      using errcode = 'insufficient_privilege';
  end if;

  for serving in
    select current_setting('redox_media.serving_role', true)
    where current_setting('redox_media.serving_role', true) <> ''
    union
    select pg_get_userbyid(grantee)
    from pg_class
    cross join aclexplode(relacl)
    where oid = to_regclass('delivery') and privilege_type = 'INSERT' and grantee not in (0, owner)
  loop
    if not exists (select from pg_roles where rolname = serving) then
      raise exception 'the role "%" does not exist: create it with CREATE ROLE ... LOGIN', serving using errcode = 'undefined_object';
    elsif pg_has_role(serving, owner, 'member') then
      raise exception 'the role "%" is a superuser or has the rights of the owner "%": name another one', serving, pg_get_userbyid(owner)
        using errcode = 'invalid_grant_operation';
    end if;

    if not has_database_privilege(serving, current_database(), 'connect') then
      execute format('grant connect on database %I to %I', current_database(), serving);
    end if;
    execute format('grant usage on schema %I to %I', current_schema(), serving);
    for target in
      select relname as name, relispartition as is_partition, updated.columns, inserted.columns as inserted
      from pg_class
      left join (values
        ('document', 'state, last_updated, event_time, event_rank, log_id, fingerprint, version, content_length, replaced_by_shard, '
          'replaced_by_key, is_identified, is_available, is_hidden, patient_keys, earlier_patient_keys, lookup_keys, '
          'wrong_patient_keys, moved_at'),
        ('create_condition', 'delivery_id'),
        ('delivery_body_repeat', 'repeats'),
        ('rejected_bytes', 'bytes'),
        ('set_aside', 'state, settled_at'),
        ('set_aside_group', 'archived_until, assignee'),
        ('set_aside_job', 'started_at, stop_requested_at, ended_at, lease_owner, lease_until'),
        ('set_aside_job_delivery', 'state, tries, outcome, released_by, failure, ended_at'),
        ('hourly_sum', 'deliveries, body_bytes, content_bytes, last_received_at'),
        ('summed_hour', 'rolled_up_at'),
        ('encrypted_key', 'encrypted'),
        ('upload', 'claimed_by, claimed_document, claim_fingerprint'),
        ('remote_file', 'state, tries, first_tried_at, last_tried_at, next_try_at, failure, status, lease_owner, lease_until, '
          'entity_tag, full_length, settled_at, stored_as'),
        ('registered_client', 'epoch, revoked_at'),
        ('client_key', 'retired_at'),
        ('staff_session', 'seen_at, ended_at, reveal_until, reveal_reason, search_ids, searches'),
        ('failed_authentication', 'credentials, failures')
      ) as updated (name, columns) on updated.name = relname
      left join (values
        ('registered_client', 'client_id, name, source_id, scopes, visible_sources, max_requests_per_second, is_engine, jwks_url, '
          'registered_at'),
        ('client_key', 'client_id, key_id, jwk, secret_digest, added_at')
      ) as inserted (name, columns) on inserted.name = relname
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and relowner = owner
    loop
      execute format('revoke all on table %I from %I', target.name, serving);
      continue when target.is_partition;
      execute format('grant select on table %I to %I', target.name, serving);
      continue when target.name = 'schema_migration';
      execute format('grant insert %s on table %I to %I', '(' || target.inserted || ')', target.name, serving);
      if target.name in ('upload', 'upload_slice', 'remote_file_slice') then
        execute format('grant delete on table %I to %I', target.name, serving);
      end if;
      if target.columns is not null then
        execute format('grant update (%s) on table %I to %I', target.columns, target.name, serving);
      end if;
    end loop;
    execute format('grant execute on function create_partitions(date), remove_expired_assertions() to %I', serving);
  end loop;
end
$$;
