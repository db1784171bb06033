-- Ends a job, or gives it up, so that another instance continues at once. @shard_key bigint, @job_id uuid, @owner uuid, @has_ended boolean.
update set_aside_job
set ended_at = case when @has_ended then clock_timestamp() end, lease_owner = null, lease_until = null
where shard_key = @shard_key and job_id = @job_id and lease_owner = @owner;
