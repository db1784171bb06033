-- The row "viewer" of VisibleDocument.sql for a query. @sources text[]: null for all. @test boolean: test documents as well.
viewer as (
  select @sources as sources, true as sees_production, @test as sees_test, null::uuid as fhir_key
),
