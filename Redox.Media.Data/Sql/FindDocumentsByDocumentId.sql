-- The documents that have one of @document_ids uuid[] (digests), of the sources @visible text[] (null for all), at most @limit int.
select d.source as Source, d.document_id as DocumentId, d.is_test as Test, d.state as State, d.is_hidden as Hidden, d.event_time as EventTime
from document d
where d.document_id_key = any (@document_ids) and (@visible is null or d.source = any (@visible))
order by d.event_time desc
limit @limit;
