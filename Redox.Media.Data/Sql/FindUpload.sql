-- An upload of a client that has not expired. @shard_key bigint, @upload_id uuid, @client text, @oldest timestamptz.
select content_length, content_checksum, content_sha256, claimed_by, claimed_document, claim_fingerprint
from upload
where shard_key = @shard_key and upload_id = @upload_id and client = @client and created_at >= @oldest;
