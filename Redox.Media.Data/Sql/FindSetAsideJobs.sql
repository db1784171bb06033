-- Jobs with their progress, newest first, and whether all of their deliveries are of visible sources: the one that is named, or a page.
-- @shard_key bigint and @job_id uuid (null for a page), @before_at timestamptz and @before_id uuid (the job before the page), @sources
-- text[] (null for all), @limit int.
select
  j.job_id, j.act, j.group_key, j.reason, j.created_at, j.member, j.total, j.started_at, j.stop_requested_at, j.ended_at,
  coalesce(j.lease_until > clock_timestamp(), false) as is_leased, counted.done, counted.failed, counted.is_visible
from (
  select * from set_aside_job where shard_key = @shard_key and job_id = @job_id
  union all
  (
    select *
    from set_aside_job
    where (created_at, job_id) < (@before_at, @before_id)
    order by created_at desc, job_id desc
    limit @limit
  )
) j
cross join lateral (
  select count(*) filter (where state = 'done') as done, count(*) filter (where state = 'failed') as failed,
    coalesce(bool_and(@sources is null or source = any (@sources)), true) as is_visible
  from set_aside_job_delivery
  where shard_key = j.shard_key and job_id = j.job_id
) counted
order by j.created_at desc, j.job_id desc;
