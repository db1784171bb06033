-- Adds the identifiers of a released event to those of its documents' patient, where they are not known yet: in a document that has a newer
-- event, and therefore did not take them over. @shard_keys bigint[], @document_keys uuid[]: the documents, which are locked.
-- @patient_keys uuid[].
update document d
set earlier_patient_keys =
  d.earlier_patient_keys || array(select unnest(@patient_keys) except select unnest(d.patient_keys || d.earlier_patient_keys))
from unnest(@shard_keys, @document_keys) as released (shard_key, document_key)
where d.shard_key = released.shard_key and d.document_key = released.document_key
  and not @patient_keys <@ (d.patient_keys || d.earlier_patient_keys);
