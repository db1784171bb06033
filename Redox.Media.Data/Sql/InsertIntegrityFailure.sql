-- The first detection of a damage. @shard_key bigint, @delivery_id uuid, @document_key uuid (null for the body of a delivery), @failure
-- text, @detected_at timestamptz.
insert into integrity_failure (shard_key, delivery_id, failure, document_key, detected_at)
values (@shard_key, @delivery_id, @failure, @document_key, @detected_at)
on conflict (shard_key, delivery_id, failure) do nothing;
