-- Finds the time up to which every change is visible to the next statement of the transaction, and hands it to that statement in the
-- setting redox_media.horizon (Horizon.sql): now, or the time of the oldest lock by which a transaction shows that it is writing
-- (LockDocuments.sql). See docs/decisions/0019.
--
-- The time is taken first, then the locks are read, and then the next statement takes its snapshot. A transaction without a lock at that
-- moment has ended, so the snapshot shows it, or takes its lock, and with that the time of what it writes, after the time taken here.
-- "now" is a subquery that the other one refers to, so that it is executed before. Keys are compared in their 31 bits, which last for 24
-- days; one that is later than "now" would seem to be from the older half of them and does not count.
--
-- Returns no row, as required of a statement that is not the last of a batch: docs/decisions/0015.
select 1
from (
  select
    set_config(
      'redox_media.horizon',
      coalesce(date_trunc('milliseconds', now.at) - oldest.age * interval '1 millisecond', now.at)::text,
      true) as setting
  from (select clock_timestamp() as at) now
  cross join lateral (
    select max(l.age) as age
    from (
      select (floor(extract(epoch from now.at) * 1000)::bigint - objid::bigint) & 2147483647 as age
      from pg_locks
      where locktype = 'advisory' and objsubid = 2 and database = (select oid from pg_database where datname = current_database())
        and classid =
\ir WritingKey.sql
    ) l
    where l.age < 1073741824
  ) oldest
) as handed
where setting is null;
