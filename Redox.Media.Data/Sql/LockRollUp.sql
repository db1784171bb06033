-- Whether this transaction may sum hours: one at a time ("RedoxHou" in ASCII).
select pg_try_advisory_xact_lock(x'5265646F78486F75'::bigint);
