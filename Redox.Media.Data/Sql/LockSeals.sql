-- Whether this transaction may seal: one at a time ("RedoxSea" in ASCII).
select pg_try_advisory_xact_lock(5937262113680745825);
