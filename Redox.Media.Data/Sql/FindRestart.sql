-- When the time before a restore ended: the last row that is sealed, or that was written by a transaction that this cluster has not begun.
-- @unknown bigint (the number from which on it has begun none).
select greatest(
  (select max(last_recorded_at) from audit_seal), (select max(recorded_at) from audit_event where transaction_id >= @unknown));
