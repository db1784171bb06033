-- The parameters for DeliveryColumns.sql: of one delivery, or arrays with an element for each. In arrays other_ids, other_hashes and
-- stage_us are array literals (text), because unnest would flatten arrays of arrays.
@shard_key, @delivery_id, @received_at, @caller, @source, @data_model, @event_type, @is_test,
@log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes, @stage_us
