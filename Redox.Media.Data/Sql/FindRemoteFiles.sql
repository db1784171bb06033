-- The remote files of some versions, oldest first, named as the members of RemoteFileRecord. @shard_keys bigint[], @document_keys and
-- @delivery_ids uuid[]: the versions; without a delivery_id all of the document.
select
  r.delivery_id as DeliveryId, r.host as Host, r.state as State, r.created_at as CreatedAt, r.tries as Tries,
  r.first_tried_at as FirstTriedAt, r.last_tried_at as LastTriedAt, case when r.state = 'waiting' then r.next_try_at end as NextTryAt,
  r.failure as Failure, r.status as Status, r.settled_at as SettledAt, r.stored_as as StoredAs, v.content_length as ContentBytes,
  r.lease_until > clock_timestamp() is true as IsFetching
from unnest(@shard_keys, @document_keys, @delivery_ids) as wanted (shard_key, document_key, delivery_id)
join remote_file r
  on r.shard_key = wanted.shard_key and r.document_key = wanted.document_key
  and (wanted.delivery_id is null or r.delivery_id = wanted.delivery_id)
left join document_version v on v.shard_key = r.shard_key and v.document_key = r.document_key and v.delivery_id = r.stored_as
order by r.delivery_id;
