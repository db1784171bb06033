-- A page of the documents that one way leads to and that meet all criteria, the last changed first; and the row that says who asked and
-- how many were handed out, in the same transaction.
-- Ways, all but one of them empty: @id_shards bigint[], @id_first and @id_last uuid[] (ranges of the primary key, see FhirRead);
-- @lead_keys uuid[] (search keys); @lead_document_ids uuid[]; @made_after and @made_before timestamptz (made at the site, at least in part,
-- between these times; nearly all were made within a day, the others have an index of their own).
-- @most int: a way that leads to so many candidates is given up, without the row, for nobody knows how many there are; null for none.
-- @updated_from and @updated_before bytea: changed in this time. @before_change bytea and @before_key uuid: where the page before ended.
-- @count int. @asked boolean: leave the row. The criteria are in FhirMeets.
with candidate as (
  select d.shard_key, d.document_key
  from unnest(@id_shards, @id_first, @id_last) as i (shard_key, first_key, last_key)
  join document d on d.shard_key = i.shard_key and d.document_key between i.first_key and i.last_key
  union
  (select shard_key, document_key from document where lookup_keys && @lead_keys and state = 'current' limit @most)
  union
  select shard_key, document_key from document where document_id_key = any (@lead_document_ids)
  union
  (select shard_key, document_key
  from document_version
  where @made_after is not null and created_to > @made_after and created_to <= @made_before + interval '24 hours'
  limit @most)
  union
  (select shard_key, document_key
  from document_version
  where @made_after is not null and created_from < @made_before and created_to > @made_after
    and created_to at time zone 'UTC' > created_from at time zone 'UTC' + interval '24 hours'
  limit @most)
),
given_up as (
  select where (select count(*) from candidate) >= @most
),
found as materialized (
  select d.shard_key, d.document_key, d.version, substring(uuid_send(d.version) from 9) as change
  from candidate
  -- "offset 0" keeps the conditions outside: led by a time of change, which is often all time, PostgreSQL would read all of the archive
  cross join lateral (
    select * from document where shard_key = candidate.shard_key and document_key = candidate.document_key offset 0
  ) d
  where d.state = 'current'
    and substring(uuid_send(d.version) from 9) >= @updated_from and substring(uuid_send(d.version) from 9) < @updated_before
    and
\ir FhirMeets.sql
),
page as (
  select *
  from found
  where (change, document_key) < (@before_change, @before_key)
  order by change desc, document_key desc
  limit @count + 1
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, found)
  select
    @shard_key, @delivery_id, @received_at, @caller, 'answered', @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes, least(@count, (select count(*) from page))
  where @asked and not exists (select from given_up)
  on conflict (shard_key, delivery_id) do nothing
)
select (select count(*) from found) as total, shard_key, document_key, version, null::uuid as walked_version, null::uuid as walked_key,
  exists (select from given_up) as given_up
from (select) as always
left join page on true
order by change desc, document_key desc;
