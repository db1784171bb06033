-- Takes the oldest job that no other instance works on, or whose instance has not renewed its lease. Instances that ask at the same time
-- get different jobs. @owner uuid, @lease int (seconds).
update set_aside_job
set lease_owner = @owner, lease_until = clock_timestamp() + @lease * interval '1 second',
  started_at = coalesce(started_at, clock_timestamp())
where (shard_key, job_id) = (
  select shard_key, job_id
  from set_aside_job
  where ended_at is null and created_at > '-infinity' and (lease_until is null or lease_until < clock_timestamp() or lease_owner = @owner)
  order by created_at
  limit 1
  for update skip locked)
returning job_id, act, reason, member, role, address, token_id;
