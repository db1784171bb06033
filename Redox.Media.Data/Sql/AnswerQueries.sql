-- Answers queries that each name one DocumentID and nothing else, as most do: many in one statement and one commit. One row of the
-- arrays is one question: the delivery that asked (as in ApplyEvents), @document_id_key uuid, @test boolean.
-- @max_inline int: documents of one question; @max_inline_bytes bigint: bytes of a file that comes along, a larger one is read when it is written.
-- The only document of a question comes along without its file, if that is larger.
--
-- A question that needs more than that - a superseded document, whose successor must be followed, or many of one ID - is not answered
-- here and leaves no row: its documents come back with is_alone, and it is asked again by itself. So is one whose statement failed; this
-- one is never repeated, and its rows are new.
with question as (
  select *
  from unnest(
    @shard_key, @delivery_id, @received_at, @caller, @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes, @document_id_key, @test
  ) as q (
    shard_key, delivery_id, received_at, caller, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, document_id_key, test
  )
),
found as materialized (
  select
    q.delivery_id as question,
    d.shard_key, d.document_key, d.state, d.version, d.content_length, d.event_time, d.log_id, d.fingerprint
  from question q
  join document d on d.document_id_key = q.document_id_key
  where d.state = 'superseded' or (d.state = 'current' and d.is_available and (q.test or not d.is_test))
),
counted as materialized (
  select question, count(*) as found, bool_or(state = 'superseded') or count(*) > @max_inline as is_alone
  from found
  group by question
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, found)
  select
    q.shard_key, q.delivery_id, q.received_at, q.caller, 'answered', q.source, q.data_model, q.event_type, q.is_test,
    q.log_id, q.attempt_id, q.other_ids::text[], q.log_hash, q.attempt_hash, q.other_hashes::bigint[], q.body_bytes, coalesce(c.found, 0)
  from question q
  left join counted c on c.question = q.delivery_id
  where c.is_alone is not true
)
select
  f.question, c.is_alone, f.shard_key, f.document_key, f.version, f.content_length, v.envelope,
  case when f.content_length <= @max_inline_bytes then v.content end as content
from found f
join counted c on c.question = f.question
left join document_version v on v.shard_key = f.shard_key and v.document_key = f.document_key and v.delivery_id = f.version
  and not c.is_alone and (c.found = 1 or coalesce(f.content_length, 0) <= @max_inline_bytes)
order by f.question, f.event_time desc, f.log_id desc, f.fingerprint desc, f.document_key;
