-- Locks the documents of a transaction until it ends. @shard_keys bigint[], ascending. @lock_timeout text: how long to wait for each
-- ('1ms'; '0' for as long as the statement may run), else SQLSTATE 55P03. The setting is reset at the end of this statement: otherwise it
-- would also apply to every short lock that the server takes itself, such as the one for extending a table by a page.
--
-- Every transaction locks in ascending order: a transaction that waits for a key holds only smaller ones, so no deadlock is possible. The
-- function in the select list is called row by row in the order of unnest, and nothing here sorts the rows.
--
-- The lock is on the key and not on a row, because the row of a new document does not exist yet. Two documents may have the same key; then
-- they share the lock, which costs time and nothing else.
--
-- PostgreSQL releases the lock after the commit has become visible to new snapshots, so the next holder sees what was written under it.
-- Then the transaction shows in pg_locks that it is about to write, by a shared lock, which never waits, on WritingKey.sql and the lower 31
-- bits of the time in milliseconds. What it writes afterwards is dated later (ApplyEvents.sql). FindHorizon.sql reads these locks. See
-- docs/decisions/0019.
--
-- Returns no row, as required of a statement that is not the last of a batch: docs/decisions/0015.
with timeout as materialized (
  select current_setting('lock_timeout') as previous, set_config('lock_timeout', @lock_timeout, true)
),
locked as materialized (
  select previous, pg_advisory_xact_lock(shard_key)
  from timeout
  cross join unnest(@shard_keys) as wanted (shard_key)
)
select 1
from (
  select
    set_config('lock_timeout', max(previous), true) as setting,
    pg_advisory_xact_lock_shared(
\ir WritingKey.sql
      , (floor(extract(epoch from clock_timestamp()) * 1000)::bigint & 2147483647)::int) as writing
  from locked
) as reset
where setting is null;
