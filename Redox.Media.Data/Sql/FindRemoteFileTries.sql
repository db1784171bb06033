-- The newest tries to fetch a file, named as the members of RemoteFileTry. @shard_key bigint, @delivery_id uuid, @limit int.
select number as Number, started_at as StartedAt, ended_at as EndedAt, failure as Failure, status as Status, bytes as Bytes
from remote_file_try
where shard_key = @shard_key and delivery_id = @delivery_id
order by number desc
limit @limit;
