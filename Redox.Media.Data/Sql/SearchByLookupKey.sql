-- The current documents that have one of @keys uuid[] (the kind of criterion that is most selective: patients, else visits, else types) and
-- meet the other criteria; and the delivery of the query with the number of documents found, in the same transaction.
with
\ir QueryViewer.sql
found as (
  select d.shard_key, d.document_key, d.version, d.content_length, d.event_time, d.log_id, d.fingerprint, d.patient_keys
  from document d
  cross join viewer
  where d.lookup_keys && @keys and
\ir SearchCriteria.sql
),
\ir SearchResult.sql
