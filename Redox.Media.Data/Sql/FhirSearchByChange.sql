-- A page of the documents that meet all criteria, walking the archive back from its last change: for searches that no patient, visit or
-- identifier narrows. Nobody counts them all, so there is no total. The walk stops when the page is full, and after @stretch int documents
-- even if it is not: then it says how far it came, so that no search costs more than a stretch, however large the archive is.
-- @another_way boolean: a stretch that does not fill the page is given up, without the row, for a statement that is led.
-- Other parameters as in FhirSearch. Current documents are those that have a version: the order of change is kept for them in these words.
with page as (
  select d.shard_key, d.document_key, d.version, d.change
  from (
    select *, substring(uuid_send(version) from 9) as change
    from document
    where version is not null
      and (substring(uuid_send(version) from 9), document_key) < (@before_change, @before_key)
      and substring(uuid_send(version) from 9) >= @updated_from
    order by substring(uuid_send(version) from 9) desc, document_key desc
    limit @stretch
  ) d
  where
\ir FhirMeets.sql
  order by d.change desc, d.document_key desc
  limit @count + 1
),
walked as (
  select version, document_key
  from document
  where version is not null
    and (substring(uuid_send(version) from 9), document_key) < (@before_change, @before_key)
    and substring(uuid_send(version) from 9) >= @updated_from
    and (select count(*) from page) <= @count
  order by substring(uuid_send(version) from 9) desc, document_key desc
  limit 1 offset @stretch - 1
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, found)
  select
    @shard_key, @delivery_id, @received_at, @caller, 'answered', @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes, least(@count, (select count(*) from page))
  where not @another_way or not exists (select from walked)
  on conflict (shard_key, delivery_id) do nothing
)
select
  null::bigint as total, shard_key, document_key, version,
  (select version from walked) as walked_version, (select document_key from walked) as walked_key,
  @another_way and exists (select from walked) as given_up
from (select) as always
left join page on true
order by change desc, document_key desc;
