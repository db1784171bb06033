-- What tells a restored database from the one before: a new cluster has another identifier, a point-in-time restore (and the promotion of a
-- standby) another timeline. Everybody may execute the functions unless an administrator has revoked it.
select system_identifier, timeline_id from pg_control_system(), pg_control_checkpoint();
