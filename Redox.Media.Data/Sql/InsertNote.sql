-- A note of staff on a delivery or a group. Repeated when its acknowledgement was lost. @shard_key bigint, @subject uuid, @note_id uuid,
-- @written_at timestamptz, @member, @text text.
insert into staff_note (shard_key, subject, note_id, written_at, member, text)
values (@shard_key, @subject, @note_id, @written_at, @member, @text)
on conflict (shard_key, subject, note_id) do nothing;
