-- Records an access that shares no statement with what it shows (AuditEvent), unless its delivery has been recorded: then this is a repeat
-- of a transaction whose acknowledgement was lost. The patients of the documents are added to @patient_keys uuid[].
-- @document_shards bigint[], @document_keys and @versions uuid[] have an element for each document.
insert into audit_event (
  shard_key, audit_id, act, outcome, caller, role, address, token_id, requester, reason, criteria, detail, is_test,
  patient_keys, document_shards, document_keys, versions, deliveries)
select
  @shard_key, @audit_id, @act, @outcome, @caller, @role, @address, @token_id, @requester, @reason, @criteria, @detail, @is_test,
  nullif(
    array(
      select unnest(@patient_keys)
      union
      select unnest(d.patient_keys)
      from unnest(@document_shards, @document_keys) as seen (shard_key, document_key)
      join document d on d.shard_key = seen.shard_key and d.document_key = seen.document_key),
    '{}'),
  @document_shards, @document_keys, @versions, @deliveries
where not exists (select from delivery d where d.shard_key = @shard_key and d.delivery_id = @audit_id);
