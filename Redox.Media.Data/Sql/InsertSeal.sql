-- Adds a seal and returns its digest. The parameters are named as the columns.
insert into audit_seal (
  number, era, era_from, recorded_from, recorded_to, last_recorded_at, from_transaction, to_transaction, row_count, rows_digest,
  previous_digest, form, sealed_at, system_identifier, timeline_id, restored, digest)
select s.*,
\ir AuditSealDigest.sql
from (
  select
    @number::bigint as number, @era::int as era, @era_from::timestamptz as era_from, @recorded_from::timestamptz as recorded_from,
    @recorded_to::timestamptz as recorded_to, @last_recorded_at::timestamptz as last_recorded_at,
    @from_transaction::bigint as from_transaction, @to_transaction::bigint as to_transaction, @row_count::bigint as row_count,
    @rows_digest::bytea as rows_digest, @previous_digest::bytea as previous_digest, 1::smallint as form, now() as sealed_at,
    @system_identifier::bigint as system_identifier, @timeline_id::int as timeline_id, @restored::text as restored
) s
returning digest;
