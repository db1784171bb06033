-- Renews the lease of a job and begins with its next delivery, unless staff want it to stop. No row: the job belongs to another instance.
-- @shard_key bigint, @job_id uuid, @owner uuid, @lease int (seconds).
with renewed as (
  update set_aside_job
  set lease_until = clock_timestamp() + @lease * interval '1 second'
  where shard_key = @shard_key and job_id = @job_id and lease_owner = @owner
  returning stop_requested_at
),
next as (
  select position
  from set_aside_job_delivery
  where shard_key = @shard_key and job_id = @job_id and state = 'waiting'
  order by position
  limit 1
),
begun as (
  update set_aside_job_delivery d
  set tries = d.tries + 1
  from next
  where d.shard_key = @shard_key and d.job_id = @job_id and d.position = next.position
    and (select stop_requested_at is null from renewed)
  returning d.position, d.delivery_id, d.tries
)
select begun.position, begun.delivery_id, begun.tries
from renewed
left join begun on true;
