-- The columns that every statement fills which records a delivery; a part of these statements. The values come in the same order, from
-- DeliveryParameters.sql for one delivery, from DeliveryValues.sql for many.
shard_key, delivery_id, received_at, caller, source, data_model, event_type, is_test,
log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, stage_us
