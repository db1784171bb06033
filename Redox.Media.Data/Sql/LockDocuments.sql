-- Takes the documents of a transaction and holds them until it ends. @shard_keys bigint[], ascending. @patience text: how long to wait
-- for each ('1ms'; '0' for as long as the statement may run), else SQLSTATE 55P03. That ends with this statement: left to the next, it
-- would count for every short lock inside the server as well, such as the one under which a table grows by a page.
--
-- Ascending, in every transaction: whoever waits for a key holds only smaller ones, so nobody waits in a circle. A function in the
-- select list is called row by row as unnest hands the keys out, and nothing here sorts them anew.
--
-- The lock is on the key and not on a row, since the row of a document that is not known yet cannot be locked. Two documents may share
-- a key; then they share the lock, which costs time and nothing else.
--
-- The lock is let go after the commit has become visible to new snapshots, so whoever gets it next sees what was written under it.
-- Returns no row, as no statement may that comes before another in a batch: docs/decisions/0015.
with patience as materialized (
  select current_setting('lock_timeout') as usual, set_config('lock_timeout', @patience, true)
),
taken as materialized (
  select usual, pg_advisory_xact_lock(shard_key)
  from patience
  cross join unnest(@shard_keys) as wanted (shard_key)
)
select 1
from (select set_config('lock_timeout', max(usual), true) as setting from taken) as reset
where setting is null;
