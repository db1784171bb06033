-- The row "viewer" of VisibleDocument.sql for a FHIR search. @sources text[]: null for all. @test boolean: test documents instead of the
-- others.
viewer as (
  select @sources as sources, not @test as sees_production, @test as sees_test, @fhir_key as fhir_key
),
