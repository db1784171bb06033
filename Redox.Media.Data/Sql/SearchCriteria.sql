-- Whether the current document d is visible and meets the criteria of a query; a part of the statements that search.
-- @untyped_patient_ids, @patient_identifiers, @visit_numbers, @document_types uuid[]: digests; null for a kind that is no criterion.
-- @patient_ids uuid[]: those of all patients of the query, with or without a type.
-- patient_keys are kept when an event names no patient, lookup_keys are not: the current event alone decides what is found.
d.state = 'current'
and (@patient_ids is null or d.lookup_keys && @patient_ids
  and (d.lookup_keys && @untyped_patient_ids or d.patient_keys && @patient_identifiers))
and (@visit_numbers is null or d.lookup_keys && @visit_numbers)
and (@document_types is null or d.lookup_keys && @document_types)
and
\ir VisibleDocument.sql
