-- Archives a group until a time, or no longer. @shard_key bigint, @group_key uuid, @archived_until timestamptz.
insert into set_aside_group as g (shard_key, group_key, archived_until)
values (@shard_key, @group_key, @archived_until)
on conflict (shard_key, group_key) do update set archived_until = excluded.archived_until;
