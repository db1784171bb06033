-- Whether a request may see the document d: the one rule of visibility, a part of every statement that finds documents. For a document that
-- is not current, which has nothing to show, it says whether the request may learn that the document existed.
-- The row "viewer" describes the request: sources text[], whose documents it may see, null for all; sees_production and sees_test boolean;
-- fhir_key uuid, the lookup key of documents that FHIR clients created, if it may see these although they are unavailable, else null.
not d.is_hidden
and (viewer.sources is null or d.source = any (viewer.sources))
and case when d.is_test then viewer.sees_test else viewer.sees_production end
and (d.state <> 'current' or d.is_available or d.lookup_keys @> array[viewer.fhir_key])
