-- A delivery that changed no document. Repeated when its acknowledgement was lost, hence no complaint about one that is there.
insert into delivery (
  shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test,
  log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, document_key, document_id, original_document_id,
  violations, body_bytes, content_bytes)
values (
  @shard_key, @delivery_id, @received_at, @caller, @outcome, @source, @data_model, @event_type, @is_test,
  @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @document_key, @document_id, @original_document_id,
  @violations, @body_bytes, @content_bytes)
on conflict (shard_key, delivery_id) do nothing;
