-- The deliveries of a job that failed, and why. @shard_key bigint, @job_id uuid, @after int (the position before the page), @limit int.
select position, delivery_id, failure, ended_at
from set_aside_job_delivery
where shard_key = @shard_key and job_id = @job_id and state = 'failed' and position > @after
order by position
limit @limit;
