-- The messages of current documents that name a patient with an ID of any type. @patient_id uuid (a lookup key), @count int.
select v.envelope
from document d
join document_version v on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version
where d.lookup_keys @> array[@patient_id] and d.state = 'current' and v.envelope is not null
limit @count;
