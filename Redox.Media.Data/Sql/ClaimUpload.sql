-- Gives an upload to the delivery that brings its file, which is then in the version of the document, and deletes its slices. Returns
-- whether it was unclaimed; a transaction that is repeated because its acknowledgement was lost finds its own claim. Another transaction
-- that claims or deletes the same upload waits for this one. @shard_key bigint, @upload_id uuid, @client text; @delivery_id uuid,
-- @document_key uuid, @claim_fingerprint bytea.
with claimed as (
  update upload set claimed_by = @delivery_id, claimed_document = @document_key, claim_fingerprint = @claim_fingerprint
  where shard_key = @shard_key and upload_id = @upload_id and client = @client
    and (claimed_by is null or claimed_by = @delivery_id)
  returning shard_key, upload_id
),
deleted as (
  delete from upload_slice s
  using claimed c
  where s.shard_key = c.shard_key and s.upload_id = c.upload_id
)
select exists (select from claimed);
