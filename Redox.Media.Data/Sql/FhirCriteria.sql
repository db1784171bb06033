-- Whether the current document d is visible and meets the criteria of a FHIR search; a part of the statements that search. Documents are of
-- two kinds, created by FHIR (with the lookup key @fhir_key uuid) and received from Redox. Of a document of the first kind one of
-- @resource_keys uuid[] from each of @resource_starts to the same of @resource_ends int[] must be there, so that the cost of a criterion is
-- that of its own keys; of the second kind one of @redox_keys uuid[] from @redox_starts to @redox_ends int[], unless @any_redox boolean[]
-- says that each of them meets the criterion. @identifier_numbers int[], @identifier_keys uuid[], and @document_id_numbers int[],
-- @document_id_keys uuid[], @document_id_sources text[] say which identifiers and which DocumentIDs meet which of @identifiers int.
-- @updated_numbers int[], @updated_starts and @updated_ends timestamptz[]: the last change must be in one range of each of @updated
-- int. @created_numbers int[], @created_prefixes text[], @created_from and @created_to timestamptz[] say which dates belong to which of
-- @created int; of each of these one date must match.
d.state = 'current'
and not exists (
  select from generate_series(1, @identifiers) as c (number)
  where not exists (
    select from unnest(@identifier_numbers, @identifier_keys) as k (number, key)
    where k.number = c.number and k.key = any (d.lookup_keys))
  and not exists (
    select from unnest(@document_id_numbers, @document_id_keys, @document_id_sources) as i (number, key, source)
    where i.number = c.number and i.key = d.document_id_key and (i.source is null or i.source = d.source)))
and (@updated = 0 or not exists (
  select from generate_series(1, @updated) as c (number)
  where not exists (
    select from unnest(@updated_numbers, @updated_starts, @updated_ends) as t (number, first, last)
    where t.number = c.number and d.last_updated >= t.first and d.last_updated < t.last)))
and not exists (
  select from unnest(@resource_starts, @resource_ends, @redox_starts, @redox_ends, @any_redox)
    as c (resource_start, resource_end, redox_start, redox_end, any_redox)
  where not case
    when d.lookup_keys @> array[@fhir_key] then d.lookup_keys && (@resource_keys)[c.resource_start:c.resource_end]
    else c.any_redox or d.lookup_keys && (@redox_keys)[c.redox_start:c.redox_end]
  end)
and (@created = 0 or exists (
  select from document_version v
  where v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version
    and not exists (
      select from generate_series(1, @created) as c (number)
      where not exists (
        select from unnest(@created_numbers, @created_prefixes, @created_from, @created_to) as t (number, prefix, first, last)
        where t.number = c.number and case t.prefix
          when 'eq' then t.first <= v.created_from and v.created_to <= t.last
          when 'ne' then not (t.first <= v.created_from and v.created_to <= t.last)
          when 'gt' then v.created_to > t.last
          when 'ge' then v.created_to > t.last or (t.first <= v.created_from and v.created_to <= t.last)
          when 'lt' then v.created_from < t.first
          when 'le' then v.created_from < t.first or (t.first <= v.created_from and v.created_to <= t.last)
          when 'sa' then v.created_from >= t.last
          when 'eb' then v.created_to <= t.first
        end))))
and
\ir VisibleDocument.sql
