-- The groups of set-aside deliveries that have open ones, those that were settled since a time and have none, and one that is named. The
-- visible ones come first, and of these the oldest.
-- @group_key uuid (null for all groups), @settled_since timestamptz (null for none), @sources text[] (the visible sources; null for all),
-- @limit int. A scalar subquery reads by index, where PostgreSQL may hash the table for "exists".
with opened as (
  select group_key, count(*) as deliveries, min(received_at) as first_at, max(received_at) as last_at
  from set_aside
  where state = 'open' and group_key between
    coalesce(@group_key, '00000000-0000-0000-0000-000000000000') and coalesce(@group_key, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  group by group_key
),
groups as (
  select * from opened
  union all
  select group_key, 0, null, null
  from (
    select group_key from set_aside where settled_at >= @settled_since
    union
    select @group_key where @group_key is not null
  ) settled
  where not exists (select from opened where opened.group_key = settled.group_key)
)
select
  g.group_key, g.deliveries, g.first_at, g.last_at, one.source, one.data_model, one.event_type, one.path, one.rule,
  (select max(settled_at) from set_aside where group_key = g.group_key and state = 'released') as last_released_at,
  (select true from set_aside where group_key = g.group_key and state in ('released', 'discarded') limit 1) is true as has_settled,
  decided.archived_until, decided.assignee, (@sources is null or one.source = any (@sources)) as is_visible
from groups g
cross join lateral (
  select source, data_model, event_type, path, rule
  from set_aside
  where group_key = g.group_key and state in ('open', 'released', 'discarded')
  limit 1
) one
left join set_aside_group decided on decided.group_key = g.group_key
order by is_visible desc, g.first_at nulls last, g.group_key
limit @limit;
