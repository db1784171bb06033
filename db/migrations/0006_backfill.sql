-- Documents from before 0003 say neither when they were made nor of which type they are where FHIR's searches look. The service makes that up
-- in the background, from their envelopes; it needs to know where it stands. An empty archive has nothing to make up.
create table backfill (
  name         text   not null constraint backfill_pkey primary key,
  shard_key    bigint not null,
  document_key uuid   not null
);

comment on table backfill is 'Work on earlier documents that is not finished, and the last document, in the order of the primary key, that it is done for.';

insert into backfill (name, shard_key, document_key)
select 'search keys', -9223372036854775808, '00000000-0000-0000-0000-000000000000'
where exists (select from document);
