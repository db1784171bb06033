-- A page of the documents that one index finds and that meet all criteria, the last changed first; and the delivery of the search with the
-- number of documents returned, in the same transaction. The parameters of the index, of which all but one are empty: @id_shards bigint[],
-- @id_first and @id_last uuid[] (ranges of the primary key, see FhirReadBatch.sql); @index_keys uuid[] (lookup keys); @index_document_ids
-- uuid[]; @index_created_after and @index_created_before timestamptz (created, at least in part, between these times; most were created
-- within a day, the others have an index of their own). @max_candidates int: if the index finds as many, the search is abandoned and not
-- recorded, because not all of them are known; null for no limit. @updated_from and @updated_before timestamptz: the range of the last
-- change. @before_change timestamptz and @before_key uuid: the end of the previous page. @count int. @record boolean: whether to record the
-- delivery. The criteria are those of FhirCriteria.sql.
with
\ir FhirViewer.sql
candidate as (
  select d.shard_key, d.document_key
  from unnest(@id_shards, @id_first, @id_last) as i (shard_key, first_key, last_key)
  join document d on d.shard_key = i.shard_key and d.document_key between i.first_key and i.last_key
  union
  (select shard_key, document_key from document where lookup_keys && @index_keys and state = 'current' limit @max_candidates)
  union
  select shard_key, document_key from document where document_id_key = any (@index_document_ids)
  union
  (select shard_key, document_key
  from document_version
  where @index_created_after is not null
    and created_to > @index_created_after and created_to <= @index_created_before + interval '24 hours'
  limit @max_candidates)
  union
  (select shard_key, document_key
  from document_version
  where @index_created_after is not null and created_from < @index_created_before and created_to > @index_created_after
    and created_to at time zone 'UTC' > created_from at time zone 'UTC' + interval '24 hours'
  limit @max_candidates)
),
abandoned as (
  select where (select count(*) from candidate) >= @max_candidates
),
found as materialized (
  select d.shard_key, d.document_key, d.version, d.last_updated, d.patient_keys
  from candidate
  cross join viewer
  -- "offset 0" keeps the conditions out of the subquery: PostgreSQL could use the index on the last change for them and read all of it
  cross join lateral (
    select * from document where shard_key = candidate.shard_key and document_key = candidate.document_key offset 0
  ) d
  where d.last_updated >= @updated_from and d.last_updated < @updated_before and d.last_updated <
\ir Horizon.sql
    and
\ir FhirCriteria.sql
),
page as (
  select *
  from found
  where (last_updated, document_key) < (@before_change, @before_key)
  order by last_updated desc, document_key desc
  limit @count + 1
),
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, found)
  select
\ir DeliveryParameters.sql
    , 'answered', least(@count, (select count(*) from page))
  where @record and not exists (select from abandoned)
  on conflict (shard_key, delivery_id) do nothing
  returning delivery_id
),
\ir FhirSearchAudit.sql
repeated as (
  select where @record and not exists (select from abandoned) and not exists (select from recorded)
)
select
  (select count(*) from found) as total, shard_key, document_key, version,
  last_updated, null::timestamptz as scanned_change, null::uuid as scanned_key, exists (select from abandoned) as is_abandoned
from (select) as always
left join page on true
order by last_updated desc, document_key desc
offset
\ir WaitForRepeated.sql
;
