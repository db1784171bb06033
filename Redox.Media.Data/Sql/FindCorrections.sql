-- What staff did with a document, in order, named as the members of DocumentCorrection. @shard_key bigint, @document_key uuid.
select
  correction_id as CorrectionId, act as Act, corrected_at as CorrectedAt, staff as Staff, reason as Reason, version as Version,
  case when act = 'move' then correction_id end as NewVersion
from document_correction
where shard_key = @shard_key and document_key = @document_key
order by corrected_at, correction_id;
