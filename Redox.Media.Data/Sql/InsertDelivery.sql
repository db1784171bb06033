-- A delivery that changed no document. It is repeated when its acknowledgement was lost, hence "on conflict". The repeat writes the row
-- again, so that its commit waits until both are replicated (docs/decisions/0016).
insert into delivery (
\ir DeliveryColumns.sql
  , outcome, document_key, document_id, original_document_id, violations, content_bytes,
    body_shard, body_key, body_omitted)
values (
\ir DeliveryParameters.sql
  , @outcome, @document_key, @document_id, @original_document_id, @violations, @content_bytes,
    @body_shard, @body_key, @body_omitted)
on conflict (shard_key, delivery_id) do update set outcome = excluded.outcome;
