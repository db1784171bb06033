-- Stores who has reviewed accesses, and when. The first reviewer of an access stays. @shard_keys bigint[], @audit_ids uuid[],
-- @reviewer text, @reviewed_at timestamptz.
insert into staff_review (shard_key, audit_id, reviewer, reviewed_at)
select one.shard_key, one.audit_id, @reviewer, @reviewed_at
from unnest(@shard_keys, @audit_ids) as one (shard_key, audit_id)
on conflict (shard_key, audit_id) do nothing;
