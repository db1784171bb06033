-- The current documents that carry one of @keys uuid[] (the kind of criterion that finds fewest: patients, else visits, else types) and meet
-- the other criteria; and the row that says who asked and how many were found, in the same transaction.
with found as (
  select d.shard_key, d.document_key, d.version, d.content_length, d.event_time, d.log_id, d.fingerprint
  from document d
  where d.state = 'current'
    and d.lookup_keys && @keys
    and
\ir SearchMeets.sql
),
\ir SearchAnswer.sql
