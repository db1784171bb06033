-- A page of a document's versions in event order, each with its message and that of the version that it is compared with: the one before it
-- that made the document current. @shard_key bigint, @document_key uuid, @after uuid (the version before the page; null for the first),
-- @limit int.
with ordered as (
  select
    v.delivery_id, v.state, v.event_time, v.log_id, v.fingerprint, v.content_length, v.content_sha256,
    row_number() over (order by v.event_time, v.event_rank, v.log_id, v.fingerprint, v.delivery_id) as place,
    row_number() over (partition by v.event_time, v.log_id, v.fingerprint order by v.delivery_id) as place_among_equals
  from document_version v
  where v.shard_key = @shard_key and v.document_key = @document_key
),
compared as (
  select
    o.*,
    max(case when o.state = 'current' then o.place end) over (order by o.place rows between unbounded preceding and 1 preceding) as before
  from ordered o
),
page as (
  select c.*
  from compared c
  where c.place > coalesce((select place from ordered where delivery_id = @after), 0)
  order by c.place
  limit @limit
)
select
  p.delivery_id, p.state, p.event_time, nullif(p.log_id, ''), p.content_length, encode(p.content_sha256, 'hex'),
  case
    when d.state = 'current' then p.delivery_id = d.version
    else (p.event_time, p.log_id, p.fingerprint) = (d.event_time, d.log_id, d.fingerprint) and p.place_among_equals = 1
  end,
  before.delivery_id, before.content_sha256 is distinct from p.content_sha256, own.envelope, other.envelope
from page p
join document d on d.shard_key = @shard_key and d.document_key = @document_key
join document_version own
  on own.shard_key = @shard_key and own.document_key = @document_key and own.delivery_id = p.delivery_id
left join ordered before on before.place = p.before and p.state = 'current'
left join document_version other
  on other.shard_key = @shard_key and other.document_key = @document_key and other.delivery_id = before.delivery_id
order by p.place;
