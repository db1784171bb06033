-- Whether a set-aside delivery is released by this one. A statement of its own after InsertRelease.sql, so that it sees the row for which
-- that one has waited: a repeat of a transaction whose commit was not acknowledged finds its own. @shard_key bigint, @delivery_id uuid: the
-- set-aside delivery. @released_by uuid.
select exists (
  select from delivery_release
  where shard_key = @shard_key and delivery_id = @delivery_id and released_by = @released_by);
