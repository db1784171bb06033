-- A delivery that changed no document. It is repeated when its acknowledgement was lost, hence "on conflict".
insert into delivery (
\ir DeliveryColumns.sql
  , outcome, document_key, document_id, original_document_id, violations, content_bytes)
values (
\ir DeliveryParameters.sql
  , @outcome, @document_key, @document_id, @original_document_id, @violations, @content_bytes)
on conflict (shard_key, delivery_id) do nothing;
