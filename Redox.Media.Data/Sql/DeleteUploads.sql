-- Deletes the oldest uploads that were made before a time, with their slices. What another instance is deleting, or a message is claiming,
-- is left for the next time. Returns how many. @before timestamptz, @limit int.
with expired as (
  select shard_key, upload_id
  from upload
  where created_at < @before
  order by created_at
  limit @limit
  for update skip locked
),
slices as (
  delete from upload_slice s
  using expired e
  where s.shard_key = e.shard_key and s.upload_id = e.upload_id
),
deleted as (
  delete from upload u
  using expired e
  where u.shard_key = e.shard_key and u.upload_id = e.upload_id
  returning u.upload_id
)
select count(*)::int from deleted;
