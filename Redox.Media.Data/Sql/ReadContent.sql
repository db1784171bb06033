-- A file that is stored in the row of its version. @shard_key bigint, @document_key uuid, @delivery_id uuid.
select content
from document_version
where shard_key = @shard_key and document_key = @document_key and delivery_id = @delivery_id;
