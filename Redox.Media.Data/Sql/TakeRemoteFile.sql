-- Takes the file that has been due longest, of some hosts, that no other instance fetches and none that has another version of the same
-- document with the same address, for that version gets the file too. Instances that ask at the same time get different files.
-- @owner uuid, which fetches one file at a time; @lease int (seconds), @now timestamptz, @hosts text[].
-- "is not distinct from": by the primary key. For an empty table PostgreSQL would plan to read all of a partial index.
update remote_file r
set lease_owner = @owner, lease_until = clock_timestamp() + @lease * interval '1 second', tries = r.tries + 1,
  first_tried_at = coalesce(r.first_tried_at, @now), last_tried_at = @now
where (r.shard_key, r.document_key, r.delivery_id) = (
  select due.shard_key, due.document_key, due.delivery_id
  from remote_file due
  where due.state = 'waiting' and due.next_try_at <= @now and due.host = any (@hosts)
    and (due.lease_until is null or due.lease_until < clock_timestamp() or due.lease_owner = @owner)
    and not exists (
      select
      from remote_file other
      where other.shard_key = due.shard_key and other.document_key = due.document_key and other.url = due.url
        and other.state is not distinct from 'waiting' and other.lease_until >= clock_timestamp()
        and other.lease_owner <> @owner)
  order by due.next_try_at
  limit 1
  for update skip locked)
returning
  r.shard_key, r.document_key, r.delivery_id, r.source, r.url, r.created_at, r.tries, r.entity_tag, r.full_length,
  (select count(*)::int from remote_file_slice s where s.shard_key = r.shard_key and s.delivery_id = r.delivery_id);
