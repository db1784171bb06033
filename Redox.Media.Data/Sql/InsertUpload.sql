-- Adds an upload unless its client has too much unclaimed. Returns whether it is there, also when the transaction is repeated because its
-- acknowledgement was lost. Those that have expired do not count. @shard_key bigint, @upload_id uuid, @client text,
-- @created_at timestamptz, @content_length bigint, @content_checksum bigint, @content_sha256 bytea; @oldest timestamptz,
-- @max_unclaimed int, @max_unclaimed_bytes bigint.
with unclaimed as (
  select count(*) as uploads, coalesce(sum(content_length), 0) as bytes
  from upload
  where client = @client and claimed_by is null and created_at >= @oldest
),
own as (
  select from upload where shard_key = @shard_key and upload_id = @upload_id
),
added as (
  insert into upload (shard_key, upload_id, client, created_at, content_length, content_checksum, content_sha256)
  select @shard_key, @upload_id, @client, @created_at, @content_length, @content_checksum, @content_sha256
  from unclaimed
  where uploads < @max_unclaimed and bytes + @content_length <= @max_unclaimed_bytes
  on conflict (shard_key, upload_id) do nothing
  returning upload_id
)
select exists (select from own) or exists (select from added);
