  e.audit_id, e.recorded_at, e.act, e.outcome, e.caller, e.role, e.address, e.token_id, e.requester, e.reason, e.criteria, e.detail,
  e.is_test, e.patient_keys, e.document_shards, e.document_keys, e.versions, e.deliveries
