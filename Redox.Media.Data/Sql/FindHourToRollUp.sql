-- The hours that are to be summed next, and the transactions: every one below the first number has ended; the second one is this one, so
-- every one that had begun to write before has a lower number. (The end of the snapshot would not do: it is the number after the last one
-- that has ended.) The first hour is that after the last one that was summed, or that of the first delivery since @oldest timestamptz. The
-- second is the oldest since @repaired_since and before @repaired_before that was summed for the last time within @repair_age interval of
-- its beginning: it is summed once more, for a row that was written late.
select
  pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_current_xact_id()::text::bigint,
  coalesce(
    (select hour + interval '1 hour' from summed_hour order by hour desc limit 1),
    (select date_trunc('hour', received_at, 'UTC') from delivery where received_at >= @oldest order by received_at limit 1)),
  (
    select hour
    from summed_hour
    where hour >= @repaired_since and hour < @repaired_before and rolled_up_at < hour + @repair_age
    order by hour
    limit 1
  );
