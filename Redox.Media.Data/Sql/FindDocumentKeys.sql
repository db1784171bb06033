-- The documents with a FHIR id: a range of the primary key. @shard_key bigint, @first_key and @last_key uuid.
select shard_key, document_key from document where shard_key = @shard_key and document_key between @first_key and @last_key;
