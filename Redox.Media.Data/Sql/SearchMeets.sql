-- Whether the current document d meets the criteria of a query; a part of the statements that search.
-- @untyped_patient_ids, @patient_identifiers, @visit_numbers, @document_types uuid[]: digests; a kind that was not asked is null.
-- @patient_ids uuid[]: those of all patients asked for, with or without a type. @sources text[]: null for all. @test boolean.
-- patient_keys outlive an event that names no patient, lookup_keys do not: what is found is what the winner says.
(@sources is null or d.source = any (@sources))
and d.is_available and (@test or not d.is_test)
and (@patient_ids is null or d.lookup_keys && @patient_ids
  and (d.lookup_keys && @untyped_patient_ids or d.patient_keys && @patient_identifiers))
and (@visit_numbers is null or d.lookup_keys && @visit_numbers)
and (@document_types is null or d.lookup_keys && @document_types)
