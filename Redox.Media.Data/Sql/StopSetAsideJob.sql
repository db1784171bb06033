-- Asks the instance that works on a job to stop after the delivery at which it is. @shard_key bigint, @job_id uuid.
update set_aside_job
set stop_requested_at = clock_timestamp()
where shard_key = @shard_key and job_id = @job_id and ended_at is null and stop_requested_at is null;
