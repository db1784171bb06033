-- All seals in their order, and what the digest of each should be.
select
  s.number, s.era, s.era_from, s.recorded_from, s.recorded_to, s.from_transaction, s.to_transaction, s.row_count, s.rows_digest,
  s.previous_digest, s.digest, s.sealed_at, s.form,
\ir AuditSealDigest.sql
from audit_seal s
order by s.number;
