-- A page of the documents that meet all criteria, found by a scan in the order of the last change, backwards: for searches without a
-- selective criterion. The documents are not counted, so there is no total. The scan ends when the page is full, and after @max_scanned int
-- documents if it is not: then the result says where it ended. So the cost of a search has a bound, however many documents are stored.
-- @allow_fallback boolean: a scan that ends without filling the page is abandoned and not recorded; FhirSearchByIndex.sql follows. Other
-- parameters as in FhirSearchByIndex.sql. The condition "version is not null" is that of the index document_by_change.
with
\ir FhirViewer.sql
page as (
  select d.shard_key, d.document_key, d.version, d.last_updated, d.patient_keys
  from (
    select *
    from document
    where version is not null
      and (last_updated, document_key) < (@before_change, @before_key)
      and last_updated >= @updated_from and last_updated <
\ir Horizon.sql
    order by last_updated desc, document_key desc
    limit @max_scanned
  ) d
  cross join viewer
  where
\ir FhirCriteria.sql
  order by d.last_updated desc, d.document_key desc
  limit @count + 1
),
scan_end as (
  select last_updated, document_key
  from document
  where version is not null
    and (last_updated, document_key) < (@before_change, @before_key)
    and last_updated >= @updated_from and last_updated <
\ir Horizon.sql
    and (select count(*) from page) <= @count
  order by last_updated desc, document_key desc
  limit 1 offset @max_scanned - 1
),
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, found)
  select
\ir DeliveryParameters.sql
    , 'answered', least(@count, (select count(*) from page))
  where not @allow_fallback or not exists (select from scan_end)
  on conflict (shard_key, delivery_id) do nothing
  returning delivery_id
),
\ir FhirSearchAudit.sql
repeated as (
  select where (not @allow_fallback or not exists (select from scan_end)) and not exists (select from recorded)
)
select
  null::bigint as total, shard_key, document_key, version, last_updated,
  (select last_updated from scan_end) as scanned_change, (select document_key from scan_end) as scanned_key,
  @allow_fallback and exists (select from scan_end) as is_abandoned
from (select) as always
left join page on true
order by last_updated desc, document_key desc
offset
\ir WaitForRepeated.sql
;
