-- The archive: what arrived (delivery, delivery_body), what it made of each document (version, content_slice), where each document
-- stands (document); and the conditions of FHIR's conditional creates (create_condition).
--
-- Every primary key and unique constraint begins with shard_key, a 64-bit hash of (source, DocumentID), and no constraint crosses it:
-- the same schema serves one server or a cluster spread by that column. A delivery that names no document lies by its log ID.
--
-- Texts come from outside and may hold what PostgreSQL's text cannot (U+0000, lone surrogates): they are kept with a backslash escape
-- that loses nothing. They are compared byte by byte, hence collate "C".

create table delivery (
  shard_key            bigint      not null,
  delivery_id          uuid        not null,
  received_at          timestamptz not null,
  caller              text        not null,
  outcome              text        not null,
  source               text        not null collate "C",
  data_model           text        collate "C",
  event_type           text        collate "C",
  event_time           timestamptz,
  is_test              boolean     not null,
  log_id               text        collate "C",
  attempt_id           text        collate "C",
  other_ids            text[]      collate "C",
  log_hash             bigint,
  attempt_hash         bigint,
  other_hashes         bigint[],
  document_key         uuid,
  document_id          text        collate "C",
  original_document_id text        collate "C",
  fingerprint          bytea,
  idempotency_key          uuid,
  violations           text,
  body_bytes           bigint      not null,
  content_bytes        bigint,
  found                int,
  releases             uuid,
  released_by          uuid,
  constraint delivery_pkey primary key (shard_key, delivery_id)
);

comment on table delivery is 'One arrival at our door, whatever became of it. Holds no name, no patient identifier and no content.';
comment on column delivery.idempotency_key is 'Digest of source, log ID and message; set on the one delivery of it that was applied.';
comment on column delivery.violations is 'JSON array of {"Path", "Rule"}, never a value.';
comment on column delivery.releases is 'The set-aside delivery whose event this one applied, once a person had looked at it.';
comment on column delivery.released_by is 'The delivery that applied this set-aside one; null while none has.';

-- One applied delivery per (source, log ID, message), whatever the concurrency.
create unique index delivery_idempotency_key on delivery (shard_key, idempotency_key) where idempotency_key is not null;
-- Support staff have an ID and nothing else. The index holds its hash, the row the text to compare.
create index delivery_by_log on delivery (log_hash) where log_hash is not null;
create index delivery_by_attempt on delivery (attempt_hash) where attempt_hash is not null;
-- Every trace reads through the list of what is not sorted in yet, so it is kept short.
create index delivery_by_other_id on delivery using gin (other_hashes) with (gin_pending_list_limit = 64) where other_hashes is not null;

create table delivery_body (
  shard_key   bigint not null,
  delivery_id uuid   not null,
  slice       int    not null,
  bytes       bytea  not null,
  constraint delivery_body_pkey primary key (shard_key, delivery_id, slice)
);

comment on table delivery_body is 'The bytes of a delivery that was not applied, as they were received.';
alter table delivery_body alter column bytes set storage external;

create table version (
  shard_key         bigint      not null,
  document_key      uuid        not null,
  delivery_id       uuid        not null,
  state             text        not null collate "C",
  event_time        timestamptz not null,
  log_id            text        not null collate "C",
  fingerprint       bytea       not null,
  replaced_by_shard bigint,
  replaced_by_key   uuid,
  content_length    bigint,
  content_sha256    bytea,
  envelope          bytea,
  content           bytea,
  resource          bytea,
  created_from      timestamptz,
  created_to        timestamptz,
  constraint version_pkey primary key (shard_key, document_key, delivery_id),
  constraint version_state check (state in ('current', 'superseded', 'deleted'))
);

comment on table version is 'What one event made of one document. Never changed; stale events leave one too.';
comment on column version.state is 'The state that this event gives the document, if it wins.';
comment on column version.envelope is 'The message without its file, as it was received; null where the event only supersedes.';
comment on column version.content is 'The file when it is small; the slices of a larger one are in content_slice.';
comment on column version.resource is 'The FHIR resource as it was received, its data cut out; null for a document that came from Redox.';
comment on column version.created_from is 'When the site made it: the first instant of that time as far as it is said, created_to the first one after it.';
-- Files are compressed already, and what fits into a page is cheaper read and written there than beside it. A row of more than half a page
-- has its envelope compressed: a small file and its envelope then share a page with another.
alter table version alter column content set storage external;
alter table version alter column envelope set compression lz4;
alter table version alter column resource set compression lz4;
alter table version set (toast_tuple_target = 4080);

-- When the site made it. Nearly all were made in a moment or on a day: found by the end of that time, between two bounds. The few made
-- over a longer time have an index of their own. Compared at UTC, since an index may not depend on a session's time zone.
create index version_by_created on version (created_to) where created_to is not null;
create index version_by_long_created on version (created_from)
  where created_to at time zone 'UTC' > created_from at time zone 'UTC' + interval '24 hours';

create table content_slice (
  shard_key   bigint not null,
  delivery_id uuid   not null,
  slice       int    not null,
  bytes       bytea  not null,
  constraint content_slice_pkey primary key (shard_key, delivery_id, slice)
);

comment on table content_slice is 'A large file in slices, so that neither side of a connection ever holds a whole one.';
alter table content_slice alter column bytes set storage external;

create table document (
  shard_key         bigint      not null,
  document_key      uuid        not null,
  source            text        not null collate "C",
  document_id       text        not null collate "C",
  document_id_key   uuid        not null,
  state             text        not null collate "C",
  event_time        timestamptz not null,
  log_id            text        not null collate "C",
  fingerprint       bytea       not null,
  version           uuid,
  content_length    bigint,
  replaced_by_shard bigint,
  replaced_by_key   uuid,
  is_test           boolean     not null,
  is_available      boolean     not null,
  patient_keys      uuid[]      not null,
  lookup_keys       uuid[]      not null,
  constraint document_pkey primary key (shard_key, document_key),
  constraint document_state check (state in ('current', 'superseded', 'deleted')),
  constraint document_current_has_version check ((state = 'current') = (version is not null)),
  constraint document_superseded_has_successor check ((state = 'superseded') = (replaced_by_key is not null))
);

comment on table document is 'The register: for each document the event that won it, by (event_time, log_id, fingerprint).';
comment on column document.version is 'The delivery that brought what is shown; a resend moves the event time but not this.';
comment on column document.patient_keys is 'Digests of (ID, IDType): an event that shares none with them is for another patient.';
comment on column document.lookup_keys is 'Digests of patient IDs, visit number and document type.';

create index document_by_document_id on document (document_id_key);
create index document_by_lookup_key on document using gin (lookup_keys) with (fastupdate = off) where state = 'current';
-- The lower half of a version's ID is its arrival, so this is the order of change: searches without a patient or a visit walk it. Only current
-- documents have a version; said otherwise than above, so that no statement led by search keys may read this index instead, from end to end.
create index document_by_change on document (substring(uuid_send(version) from 9), document_key) where version is not null;

create table create_condition (
  shard_key     bigint not null,
  condition_key uuid   not null,
  delivery_id   uuid   not null,
  constraint create_condition_pkey primary key (shard_key, condition_key)
);

comment on table create_condition is 'One row for each condition of a conditional create. Its unique key makes those of one condition wait for each other; it may be emptied at any time.';

create table backfill (
  name         text   not null constraint backfill_pkey primary key,
  shard_key    bigint not null,
  document_key uuid   not null
);

comment on table backfill is 'Work on earlier documents that is not finished, and the last document, in the order of the primary key, that it is done for.';
