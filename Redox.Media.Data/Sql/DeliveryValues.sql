-- The values for DeliveryColumns.sql from a row "request" of the unnested DeliveryParameters.sql.
request.shard_key, request.delivery_id, request.received_at, request.caller, request.source, request.data_model, request.event_type,
request.is_test, request.log_id, request.attempt_id, request.other_ids::text[], request.log_hash, request.attempt_hash,
request.other_hashes::bigint[], request.body_bytes, request.stage_us::int[]
