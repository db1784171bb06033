-- Gives documents what they would have if they came today, if they still are what was read, and moves the backfill on to the last of the page.
-- One row of the arrays is one document: @shard_keys bigint[], @document_keys and @versions uuid[], @created_from and @created_to
-- timestamptz[]; its search keys are @lookup_keys uuid[] from @lookup_from to @lookup_to int[]. LockDocuments ran before.
-- @name text, @last_shard bigint, @last_key uuid: where the page ended.
with fact as (
  select f.*, (@lookup_keys::uuid[])[f.lookup_from:f.lookup_to] as lookup_keys
  from unnest(@shard_keys, @document_keys, @versions, @created_from, @created_to, @lookup_from, @lookup_to)
    as f (shard_key, document_key, version, created_from, created_to, lookup_from, lookup_to)
),
dated as (
  update version v set created_from = f.created_from, created_to = f.created_to
  from fact f
  where v.shard_key = f.shard_key and v.document_key = f.document_key and v.delivery_id = f.version
    and v.created_to is distinct from f.created_to
),
keyed as (
  update document d set lookup_keys = f.lookup_keys
  from fact f
  where d.shard_key = f.shard_key and d.document_key = f.document_key and d.version = f.version and d.lookup_keys <> f.lookup_keys
)
update backfill set shard_key = @last_shard, document_key = @last_key
where name = @name;
