-- The deliveries of a new job, oldest first, at most @limit. Returns how many it has, and how many match. @job_shard bigint, @job_id uuid.
with matching as (
\ir MatchSetAside.sql
),
chosen as (
  select delivery_id, source, row_number() over (order by received_at, delivery_id) as position
  from matching
  order by position
  limit @limit
),
inserted as (
  insert into set_aside_job_delivery (shard_key, job_id, position, delivery_id, source)
  select @job_shard, @job_id, position, delivery_id, source from chosen
)
select (select count(*) from chosen), (select count(*) from matching);
