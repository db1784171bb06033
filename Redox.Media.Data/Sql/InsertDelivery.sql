-- A delivery that changed no document. It is repeated when its acknowledgement was lost, hence "on conflict". The repeat writes a message
-- to the write-ahead log, so that its commit waits until the first one is replicated (docs/decisions/0016).
with recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, document_key, document_id, original_document_id, violations, content_bytes,
      body_shard, body_key, body_omitted)
  values (
\ir DeliveryParameters.sql
    , @outcome, @document_key, @document_id, @original_document_id, @violations, @content_bytes,
      @body_shard, @body_key, @body_omitted)
  on conflict (shard_key, delivery_id) do nothing
  returning delivery_id
)
select pg_logical_emit_message(true, 'Redox.Media', '')
where not exists (select from recorded);
