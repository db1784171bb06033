-- The last seal, if there is one, and the transactions: every one below the first number has ended, none from the second on has begun.
select
  pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
  s.number, s.era, s.era_from, s.to_transaction, s.digest, s.sealed_at, s.system_identifier, s.timeline_id
from (select) as one
left join lateral (select * from audit_seal order by number desc limit 1) s on true;
