-- Makes the files of a source and host due that are not stored, also those that were given up; returns how many. @source and @host text,
-- @now timestamptz.
with renewed as (
  update remote_file
  set state = 'waiting', next_try_at = @now, settled_at = null
  where state <> 'stored' and created_at > '-infinity' and source = @source and host = @host
  returning 1
)
select count(*)::int from renewed;
