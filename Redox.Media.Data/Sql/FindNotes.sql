-- The notes on a delivery or a group, newest first. @shard_key bigint, @subject uuid, @before_id uuid (the note before the page),
-- @limit int.
select note_id, written_at, member, text
from staff_note
where shard_key = @shard_key and subject = @subject and note_id < @before_id
order by note_id desc
limit @limit;
