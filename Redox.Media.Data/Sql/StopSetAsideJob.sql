-- Asks the instance that works on a job to stop after the delivery at which it is; nothing changes if it has ended. @shard_key bigint,
-- @job_id uuid.
update set_aside_job
set stop_requested_at = case when ended_at is null then coalesce(stop_requested_at, clock_timestamp()) else stop_requested_at end
where shard_key = @shard_key and job_id = @job_id;
