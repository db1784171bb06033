-- Whether the current document d is visible and meets the criteria of a FHIR search; a part of the statements that search. Documents are of
-- two kinds, created by FHIR (with the lookup key @fhir_key uuid) and received from Redox. @criterion_numbers int[], @criterion_keys
-- uuid[], @criterion_is_fhir boolean[] say which keys meet which of @criteria int, for a document of which kind; @any_redox int[] are the
-- criteria that every document from Redox meets. @identifier_numbers int[], @identifier_keys uuid[], and @document_id_numbers int[],
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
  select from generate_series(1, @criteria) as c (number)
  where not (c.number = any (@any_redox) and not d.lookup_keys @> array[@fhir_key]) and not exists (
    select from unnest(@criterion_numbers, @criterion_keys, @criterion_is_fhir) as k (number, key, is_fhir)
    where k.number = c.number and k.is_fhir = (d.lookup_keys @> array[@fhir_key]) and k.key = any (d.lookup_keys)))
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
