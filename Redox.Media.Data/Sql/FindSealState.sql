-- The last seal, when the last row was recorded that has one, and when it was made.
select number, last_recorded_at, sealed_at from audit_seal order by number desc limit 1;
