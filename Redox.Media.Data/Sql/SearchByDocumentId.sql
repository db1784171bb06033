-- The current documents that DocumentIDs name, each followed to its replacement, narrowed by the other criteria; and the delivery of the
-- query with the number of documents found, in the same transaction. @document_ids uuid[]: digests. A chain of replacements has no cycle:
-- along it the current events only become greater.
with recursive
\ir QueryViewer.sql
named as (
  select shard_key, document_key, state, replaced_by_shard, replaced_by_key
  from document
  where document_id_key = any (@document_ids)
  union
  select next.shard_key, next.document_key, next.state, next.replaced_by_shard, next.replaced_by_key
  from named
  join document next on next.shard_key = named.replaced_by_shard and next.document_key = named.replaced_by_key
  where named.state = 'superseded'
),
found as (
  select d.shard_key, d.document_key, d.version, d.content_length, d.event_time, d.log_id, d.fingerprint, d.patient_keys
  from named
  cross join viewer
  join document d on d.shard_key = named.shard_key and d.document_key = named.document_key
  where named.state = 'current' and
\ir SearchCriteria.sql
),
\ir SearchResult.sql
