-- Gives a group an assignee, or takes it away. @shard_key bigint, @group_key uuid, @assignee text.
insert into set_aside_group as g (shard_key, group_key, assignee)
values (@shard_key, @group_key, @assignee)
on conflict (shard_key, group_key) do update set assignee = excluded.assignee;
