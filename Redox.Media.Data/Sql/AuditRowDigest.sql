-- The digest of an audit row e, in form 1: SHA-256 of its columns in their binary form, which depends on no setting of the session. Part of
-- the statements that seal and verify. A column that is added later is a new form with a number of its own.
  sha256(array_send(array[
    int8send(e.shard_key), uuid_send(e.audit_id), timestamptz_send(e.recorded_at), int8send(e.transaction_id),
    convert_to(e.act::text, 'UTF8'), convert_to(e.outcome::text, 'UTF8'), convert_to(e.caller, 'UTF8'), convert_to(e.role, 'UTF8'),
    convert_to(e.address, 'UTF8'), convert_to(e.token_id, 'UTF8'), convert_to(e.requester, 'UTF8'), convert_to(e.reason, 'UTF8'),
    convert_to(e.criteria, 'UTF8'), convert_to(e.detail, 'UTF8'), boolsend(e.is_test), array_send(e.patient_keys),
    array_send(e.document_shards), array_send(e.document_keys), array_send(e.versions), array_send(e.deliveries)]))
