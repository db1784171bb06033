-- The FHIR door: documents that come as resources, found by FHIR's search parameters, and conditional creates.

alter table version add column resource bytea;
alter table version add column created_from timestamptz;
alter table version add column created_to timestamptz;
alter table version alter column resource set compression lz4;

comment on column version.resource is 'The FHIR resource as it was received, its data cut out; null for a document that came from Redox.';
comment on column version.created_from is 'When the site made it: the first instant of that time as far as it is said, created_to the first one after it.';

-- The lower half of a version's ID is its arrival, so this is the order of change: searches without a patient or a visit walk it.
create index document_by_change on document (substring(uuid_send(version) from 9), document_key) where state = 'current';

create table create_condition (
  shard_key     bigint not null,
  condition_key uuid   not null,
  delivery_id   uuid   not null,
  constraint create_condition_pkey primary key (shard_key, condition_key)
);

comment on table create_condition is 'One row for each condition of a conditional create. Its unique key makes those of one condition wait for each other; it may be emptied at any time.';
