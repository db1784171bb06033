-- Writes what became of a delivery of a job, unless that is written: by this very transaction, whose acknowledgement was lost, or by
-- another instance. @shard_key bigint, @job_id uuid, @position int, @state, @outcome, @failure text, @released_by uuid.
update set_aside_job_delivery
set state = @state, outcome = @outcome, released_by = @released_by, failure = @failure, ended_at = clock_timestamp()
where shard_key = @shard_key and job_id = @job_id and position = @position and (state = 'waiting' or released_by = @released_by);
