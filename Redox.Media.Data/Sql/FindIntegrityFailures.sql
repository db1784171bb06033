-- The integrity failures of a document, named as the members of DocumentDamage. @shard_key bigint, @document_key uuid.
select delivery_id as DeliveryId, failure as Failure, detected_at as DetectedAt
from integrity_failure
where shard_key = @shard_key and document_key = @document_key
order by detected_at, delivery_id, failure;
