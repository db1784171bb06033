-- The tables of Redox.Media: deliveries (delivery, delivery_body, delivery_body_repeat, rejected_bytes, delivery_release), what was
-- set aside (set_aside, set_aside_group, set_aside_job, set_aside_job_delivery) and notes of staff (staff_note), documents
-- (document, document_version, content_slice, document_correction), the conditions of FHIR's conditional creates (create_condition),
-- uploads (upload, upload_slice), files at other hosts (remote_file, remote_file_slice, remote_file_try), damage (integrity_failure),
-- failed authentications (failed_authentication), who has seen what (audit_event, audit_seal) and its reviews (staff_review), the sessions
-- of staff (staff_session), registered clients (registered_client, client_key, used_assertion) and keys (encrypted_key).
--
-- What grows with deliveries has primary keys and unique constraints that begin with shard_key, a 64-bit hash of (source, DocumentID), and
-- no constraint crosses it: the same schema serves one server or a cluster distributed by that column. The shard key of a delivery that
-- names no document is a hash of its log ID, that of a failed authentication a hash of the address. Tables without a shard key are small,
-- and would be on one node of a cluster: sums of hours, keys, registered clients, sessions of staff, seals.
--
-- Texts come from outside and may contain what PostgreSQL's text cannot hold (U+0000, lone surrogates): they are stored with a backslash
-- escape that loses nothing (PgText.cs). They are compared byte by byte, hence collate "C".

-- The closed sets and digests are domains: the check of a domain is prepared once a session, that of a table anew in each statement, which
-- cost a delivery half as much again of the database's time.
create domain document_state as text collate "C" check (value in ('current', 'superseded', 'deleted'));
create domain sha256_digest as bytea check (octet_length(value) = 32);
create domain caller_name as text check (value = 'engine' or starts_with(value, 'client:') or starts_with(value, 'staff:'));
create domain delivery_outcome as text check (value in (
  'created', 'revised', 'unchanged', 'revived', 'replaced', 'replaced-unknown', 'replaced-stale', 'deleted', 'deleted-unknown', 'stale',
  'duplicate', 'set-aside', 'refused', 'unprocessable', 'forbidden', 'exists', 'several-matches', 'unintelligible', 'cut-off', 'too-slow',
  'too-large', 'query-refused', 'answered'));
create domain integrity_failure_name as text check (value in (
  'missing-document', 'missing-version', 'missing-slice', 'wrong-length', 'wrong-digest', 'unreadable'));
create domain set_aside_state as text collate "C" check (value in ('open', 'released', 'discarded'));
create domain set_aside_act as text check (value in ('release', 'discard', 'restore'));
create domain set_aside_job_state as text collate "C" check (value in ('waiting', 'done', 'failed'));
create domain credential_kind as text check (value in (
  'none', 'verification-token', 'bearer', 'query', 'body', 'assertion', 'secret', 'other'));
create domain audit_act as text check (value in (
  'query', 'search', 'read', 'vread', 'content', 'conditional-create', 'delivery-look-up', 'document-history', 'payload', 'release',
  'sign-in', 'audit-search', 'hide', 'unhide', 'move', 'set-aside-look-up', 'dry-run', 'discard', 'restore', 'set-aside-change',
  'upload', 'client-change'));
create domain correction_act as text check (value in ('hide', 'unhide', 'move'));
create domain remote_file_state as text collate "C" check (value in ('waiting', 'stored', 'failed'));
create domain remote_file_failure as text collate "C" check (value in (
  'host-not-allowed', 'address-not-allowed', 'name-not-resolved', 'connection-failed', 'tls-failed', 'timeout', 'redirect', 'status',
  'too-large', 'compressed', 'empty', 'truncated', 'changed', 'wrong-digest', 'too-many-failures'));
create domain audit_outcome as text check (value in ('success', 'not-found', 'refused', 'failed'));

create table delivery (
  shard_key            bigint      not null,
  delivery_id          uuid        not null,
  received_at          timestamptz not null,
  caller               caller_name not null,
  outcome              delivery_outcome not null,
  source               text        not null collate "C",
  data_model           text        collate "C",
  event_type           text        collate "C",
  event_time           timestamptz,
  event_time_adjusted_from timestamptz,
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
  fingerprint          sha256_digest,
  idempotency_key      uuid,
  violations           text,
  body_bytes           bigint      not null,
  content_bytes        bigint,
  found                int,
  query_rule           text        collate "C",
  body_shard           bigint,
  body_key             uuid,
  body_omitted         boolean,
  stage_us             int[],
  constraint delivery_pkey primary key (shard_key, delivery_id)
);

comment on table delivery is
  'One HTTP request that brought a message, and its outcome. Never updated. Holds no name, no patient '
  'identifier and no content.';
comment on column delivery.caller is 'engine, client:<ID> or staff:<name>.';
comment on column delivery.event_time is 'The time at which the event counts; null for a delivery that changed no document.';
comment on column delivery.event_time_adjusted_from is
  'The event''s own time when that was more than five minutes ahead of our clock; null when it was not adjusted.';
comment on column delivery.log_hash is
  'Hash of log_id in lower case, for the index; that of a client is another one. attempt_hash and other_hashes are those of the other IDs.';
comment on column delivery.idempotency_key is
  'Digest of source, log ID and fingerprint; set on the one delivery of that '
  'message that was applied. The delivery ID for an event without any ID and time. For a FHIR create: client, '
  'correlation ID and body.';
comment on column delivery.violations is 'JSON array of {"Path", "Rule"}, never a value.';
comment on column delivery.found is 'Documents found; null for a delivery that asked for none.';
comment on column delivery.query_rule is
  'The requester of the rule in Query:Rules that decided whose documents a relayed query saw; null for any '
  'other delivery.';

comment on column delivery.body_key is
  'The stored body, with body_shard and the month of received_at the key of delivery_body; null when none is stored.';
comment on column delivery.body_omitted is
  'True when the body was not stored because the client had reached Intake:MaxRejectedBytesPerDay.';
comment on column delivery.stage_us is
  'How long its stages took, in microseconds: receiving the body, which is parsed as it arrives; validation; waiting for the statement that '
  'writes this row. Null where there was no such stage. The statement, its commit and the response cannot be in it.';

-- At most one applied delivery per (source, log ID, fingerprint), under any concurrency.
create unique index delivery_idempotency_key on delivery (shard_key, idempotency_key) where idempotency_key is not null;
-- Support staff search by an ID alone. The index holds its hash; the row holds the text to compare.
create index delivery_by_log on delivery (log_hash) where log_hash is not null;
create index delivery_by_attempt on delivery (attempt_hash) where attempt_hash is not null;
-- Every search reads the whole pending list of this index, so the list is kept short.
create index delivery_by_other_id on delivery using gin (other_hashes) with (gin_pending_list_limit = 64) where other_hashes is not null;
-- Staff list the newest deliveries, and the overview counts those of an hour. Rows arrive in this order, so that a new entry goes to the
-- last page of the index.
create index delivery_by_received on delivery (received_at);

create table hourly_sum (
  hour             timestamptz not null,
  source           text        not null collate "C",
  event            text        not null collate "C",
  outcome          delivery_outcome not null,
  is_test          boolean     not null,
  duration_bucket  smallint    not null,
  deliveries       bigint      not null,
  body_bytes       bigint      not null,
  content_bytes    bigint      not null,
  last_received_at timestamptz not null,
  constraint hourly_sum_pkey primary key (hour, source, event, outcome, is_test, duration_bucket)
);

comment on table hourly_sum is
  'Sums of the deliveries of each hour that is over, for overviews. Made of the table delivery in the background, and may be emptied with '
  'summed_hour at any time: it is then made again. About the whole installation, so without a shard key.';
comment on column hourly_sum.source is 'Cut after 127 characters.';
comment on column hourly_sum.event is 'New, Replace, Delete, Query, an interaction of FHIR, or other: a bounded set.';
comment on column hourly_sum.duration_bucket is
  'The sum of delivery.stage_us: 0 below a microsecond, n from 2^(n-1) to less than 2^n, -1 when it was not measured.';

create table summed_hour (
  hour         timestamptz not null,
  rolled_up_at timestamptz not null,
  constraint summed_hour_pkey primary key (hour)
);

comment on table summed_hour is 'The hours that are summed in hourly_sum, one after the other without a gap.';

create table delivery_body (
  shard_key bigint not null,
  body_key  uuid   not null,
  month     date   not null,
  slice     int    not null,
  bytes     bytea  not null,
  constraint delivery_body_pkey primary key (shard_key, body_key, month, slice),
  constraint delivery_body_slice check (slice >= 0)
) partition by range (month);

comment on table delivery_body is
  'The body of deliveries that were not applied, as it was received, in slices: once for each caller, digest and month.';
comment on column delivery_body.body_key is 'Digest of the caller and the SHA-256 of the body; delivery.body_key.';
comment on column delivery_body.month is
  'The first day of the month, at UTC, of delivery.received_at. Partitioned by it, so that a month can be removed with the '
  'deliveries that need it.';
alter table delivery_body alter column bytes set storage external;

create table delivery_body_repeat (
  shard_key bigint not null,
  body_key  uuid   not null,
  month     date   not null,
  repeats   bigint not null,
  constraint delivery_body_repeat_pkey primary key (shard_key, body_key, month)
) partition by range (month);

comment on table delivery_body_repeat is
  'How often a caller has sent a body of delivery_body again in the same month; no row when it has not.';

create table rejected_bytes (
  shard_key bigint not null,
  caller    text   not null collate "C",
  day       date   not null,
  bytes     bigint not null,
  constraint rejected_bytes_pkey primary key (shard_key, caller, day)
);

comment on table rejected_bytes is
  'Bytes that were added to delivery_body for a client on one day, at UTC; compared with Intake:MaxRejectedBytesPerDay. shard_key is a '
  'hash of the caller. Rows of past days may be deleted at any time.';

create table delivery_release (
  shard_key   bigint not null,
  delivery_id uuid   not null,
  released_by uuid   not null,
  constraint delivery_release_pkey primary key (shard_key, delivery_id)
);

comment on table delivery_release is
  'One row for each set-aside delivery that staff released. Its primary key lets exactly '
  'one release succeed.';
comment on column delivery_release.delivery_id is 'The set-aside delivery; shard_key is its shard key.';
comment on column delivery_release.released_by is
  'The delivery that applied its event. It may have another shard key: the '
  'upper half of its ID.';

-- The look-up of a delivery also says which one it released.
create index delivery_release_by_releasing on delivery_release (released_by);

create table set_aside (
  shard_key   bigint      not null,
  delivery_id uuid        not null,
  received_at timestamptz not null,
  group_key   uuid        not null,
  source      text        not null collate "C",
  data_model  text        collate "C",
  event_type  text        collate "C",
  path        text        not null collate "C",
  rule        text        not null collate "C",
  state       set_aside_state not null default 'open',
  settled_at  timestamptz,
  constraint set_aside_pkey primary key (shard_key, delivery_id)
);

comment on table set_aside is
  'One row for each set-aside delivery, written in its transaction: the group that it belongs to, and what became of it. The delivery '
  'itself is never updated, and a discarded one keeps its bytes.';
comment on column set_aside.group_key is 'Digest of source, data_model, event_type, path and rule.';
comment on column set_aside.path is 'Of the first violation, without the indexes of arrays.';
comment on column set_aside.settled_at is 'When it was released or discarded; null while it is open.';

-- Counted group by group, without the rows that are settled.
create index set_aside_open on set_aside (group_key, received_at) where state = 'open';
-- The deliveries of a group page by page, and its arrivals of some days.
create index set_aside_by_group on set_aside (group_key, state, received_at, delivery_id);
create index set_aside_released on set_aside (group_key, settled_at) where state = 'released';
create index set_aside_by_settlement on set_aside (settled_at) where settled_at is not null;

create table set_aside_group (
  shard_key      bigint not null,
  group_key      uuid   not null,
  archived_until timestamptz,
  assignee       text,
  constraint set_aside_group_pkey primary key (shard_key, group_key)
);

comment on table set_aside_group is
  'What staff have decided about a group. Written by staff only: deliveries count themselves in set_aside, and wait for no row of a group.';
comment on column set_aside_group.shard_key is 'The upper half of group_key.';

create index set_aside_group_by_key on set_aside_group (group_key);

create table set_aside_job (
  shard_key         bigint        not null,
  job_id            uuid          not null,
  act               set_aside_act not null,
  group_key         uuid,
  reason            text          not null,
  created_at        timestamptz   not null,
  member            text          not null collate "C",
  role              text          collate "C",
  address           text          collate "C",
  token_id          text          collate "C",
  total             int           not null,
  started_at        timestamptz,
  stop_requested_at timestamptz,
  ended_at          timestamptz,
  lease_owner       uuid,
  lease_until       timestamptz,
  constraint set_aside_job_pkey primary key (shard_key, job_id)
);

comment on table set_aside_job is
  'A release or discard of several set-aside deliveries, or the return of discarded ones. One instance works on it, as long as it renews '
  'its lease; after that another one continues.';
comment on column set_aside_job.shard_key is 'The upper half of job_id.';
comment on column set_aside_job.member is 'The member of staff, with role, address and token_id of the request, for the audit.';
comment on column set_aside_job.lease_until is 'By the clock of the database.';

create index set_aside_job_unfinished on set_aside_job (created_at) where ended_at is null;
create index set_aside_job_by_time on set_aside_job (created_at, job_id);

create table set_aside_job_delivery (
  shard_key   bigint not null,
  job_id      uuid   not null,
  position    int    not null,
  delivery_id uuid   not null,
  source      text   not null collate "C",
  state       set_aside_job_state not null default 'waiting',
  tries       int    not null default 0,
  outcome     text   collate "C",
  released_by uuid,
  failure     text,
  ended_at    timestamptz,
  constraint set_aside_job_delivery_pkey primary key (shard_key, job_id, position)
);

comment on table set_aside_job_delivery is
  'The deliveries of a job, in the order in which they are treated: the oldest first. A row is written with what is done, in one '
  'transaction.';
comment on column set_aside_job_delivery.tries is 'How often an instance has begun with it; one that never ends it fails.';

create index set_aside_job_delivery_waiting on set_aside_job_delivery (shard_key, job_id, position) where state = 'waiting';
create index set_aside_job_delivery_failed on set_aside_job_delivery (shard_key, job_id, position) where state = 'failed';

create table staff_note (
  shard_key  bigint      not null,
  subject    uuid        not null,
  note_id    uuid        not null,
  written_at timestamptz not null,
  member     text        not null collate "C",
  text       text        not null,
  constraint staff_note_pkey primary key (shard_key, subject, note_id)
);

comment on table staff_note is
  'Notes of staff on a delivery or on a group of set-aside deliveries. Never updated. They may contain health information: they are never '
  'logged, and each reading of them is recorded.';
comment on column staff_note.subject is 'The delivery ID or the group_key; shard_key is its upper half.';
comment on column staff_note.note_id is 'Ascending in time.';

create table document_version (
  shard_key         bigint      not null,
  document_key      uuid        not null,
  delivery_id       uuid        not null,
  state             document_state not null,
  last_updated      timestamptz not null,
  event_time        timestamptz not null,
  event_rank        smallint    not null,
  log_id            text        not null collate "C",
  fingerprint       sha256_digest not null,
  replaced_by_shard bigint,
  replaced_by_key   uuid,
  content_length    bigint,
  content_checksum  bigint,
  content_sha256    sha256_digest,
  envelope          bytea,
  content           bytea,
  resource          bytea,
  created_from      timestamptz,
  created_to        timestamptz,
  constraint document_version_pkey primary key (shard_key, document_key, delivery_id)
);

comment on table document_version is 'What one event made of one document. Never updated; stale events leave a version too.';
comment on column document_version.state is 'The state that this event gives the document if it is the current event.';
comment on column document_version.last_updated is
  'When the version was written, by the clock of the database and after the transaction had taken its locks.';
comment on column document_version.event_rank is 'The event: 0 New, 1 Replace, 2 Delete. At one event time the greater one wins.';
comment on column document_version.log_id is 'The log ID of the event; empty when it has none.';
comment on column document_version.envelope is 'The message without its file, as it was received; null where the event only supersedes.';
comment on column document_version.content_checksum is 'XXH3 (64 bits) of the file; compared whenever the file is read.';
comment on column document_version.content is 'The file when it is small; a larger one is in content_slice.';
comment on column document_version.resource is
  'The FHIR resource as it was received, without its data; null for a document '
  'that came from Redox.';
comment on column document_version.created_from is
  'When the document was made at its site: the beginning of that time at its precision; created_to '
  'is its end, exclusive.';
-- Files are compressed already, and a file that fits into a page is read and written with less work there than in the TOAST table. In a row
-- of more than half a page the envelope is compressed, so that two small files with their envelopes share a page.
alter table document_version alter column content set storage external;
alter table document_version alter column envelope set compression lz4;
alter table document_version alter column resource set compression lz4;
alter table document_version set (toast_tuple_target = 4080);

-- When the document was made. Most were made at a moment or on a day: they are found by the end of that time, between two bounds. The few
-- that were made over a longer time have an index of their own. Compared at UTC, because an index must not depend on a time zone setting.
create index document_version_by_created on document_version (created_to) where created_to is not null;
create index document_version_by_long_created on document_version (created_from)
  where created_to at time zone 'UTC' > created_from at time zone 'UTC' + interval '24 hours';

create table content_slice (
  shard_key   bigint not null,
  delivery_id uuid   not null,
  slice       int    not null,
  bytes       bytea  not null,
  constraint content_slice_pkey primary key (shard_key, delivery_id, slice),
  constraint content_slice_slice check (slice >= 0)
);

comment on table content_slice is 'A large file in slices, so that neither side of a connection holds a whole one in memory.';
alter table content_slice alter column bytes set storage external;

create table upload (
  shard_key        bigint      not null,
  upload_id        uuid        not null,
  client           caller_name not null,
  created_at       timestamptz not null,
  content_length   bigint      not null,
  content_checksum bigint      not null,
  content_sha256   sha256_digest not null,
  claimed_by       uuid,
  claimed_document uuid,
  claim_fingerprint sha256_digest,
  constraint upload_pkey primary key (shard_key, upload_id)
);

comment on table upload is
  'A file that a client has sent before its message. Deleted some time after it was sent; its slices when a message has brought it.';
comment on column upload.shard_key is 'A hash of upload_id.';
comment on column upload.claimed_by is
  'The delivery of the message that brought it, which then has the file; null before. claimed_document is the key of that document.';
comment on column upload.claim_fingerprint is 'That of the message as it was sent: the same message again is a duplicate.';

create index upload_by_created on upload (created_at);
create index upload_unclaimed on upload (client) where claimed_by is null;

create table upload_slice (
  shard_key bigint not null,
  upload_id uuid   not null,
  slice     int    not null,
  bytes     bytea  not null,
  constraint upload_slice_pkey primary key (shard_key, upload_id, slice)
);

comment on table upload_slice is 'The file of an upload in slices, until a message has brought it.';
alter table upload_slice alter column bytes set storage external;

create table remote_file (
  shard_key      bigint      not null,
  document_key   uuid        not null,
  delivery_id    uuid        not null,
  source         text        not null collate "C",
  url            text        not null,
  host           text        not null collate "C",
  state          remote_file_state not null default 'waiting',
  created_at     timestamptz not null,
  tries          int         not null default 0,
  first_tried_at timestamptz,
  last_tried_at  timestamptz,
  next_try_at    timestamptz not null,
  failure        remote_file_failure,
  status         int,
  lease_owner    uuid,
  lease_until    timestamptz,
  entity_tag     text,
  full_length    bigint,
  settled_at     timestamptz,
  stored_as      uuid,
  constraint remote_file_pkey primary key (shard_key, document_key, delivery_id)
);

comment on table remote_file is
  'A version of a document whose file is at another host, from which the service fetches it. When it has, the document gets a version that '
  'is derived from this one and has the file.';
comment on column remote_file.url is 'May contain a secret, such as a signature: it is never logged, and shown with the message only.';
comment on column remote_file.failure is 'Of the last try; null before the first, and when it has succeeded.';
comment on column remote_file.status is 'The HTTP status of the last try, if there was a response.';
comment on column remote_file.lease_until is
  'By the clock of the database. An instance that fetches renews its lease with each slice; after it another one goes on.';
comment on column remote_file.entity_tag is
  'With full_length what the host said of the file whose slices are in remote_file_slice: they are continued if it confirms that.';
comment on column remote_file.stored_as is 'The version that has the file; null before.';

create index remote_file_due on remote_file (next_try_at) where state = 'waiting';
create index remote_file_open on remote_file (created_at) where state <> 'stored';

create table remote_file_slice (
  shard_key   bigint not null,
  delivery_id uuid   not null,
  slice       int    not null,
  bytes       bytea  not null,
  constraint remote_file_slice_pkey primary key (shard_key, delivery_id, slice)
);

comment on table remote_file_slice is
  'What has arrived of a remote file, in whole slices, so that the next try asks for the rest only. Deleted when the file is complete.';
alter table remote_file_slice alter column bytes set storage external;

create table remote_file_try (
  shard_key   bigint      not null,
  delivery_id uuid        not null,
  number      int         not null,
  started_at  timestamptz not null,
  ended_at    timestamptz not null,
  failure     remote_file_failure,
  status      int,
  bytes       bigint      not null,
  constraint remote_file_try_pkey primary key (shard_key, delivery_id, number)
);

comment on table remote_file_try is 'Each try to fetch a remote file. failure is null for the last one, which succeeded.';
comment on column remote_file_try.bytes is 'How many arrived in this try.';

create table document (
  shard_key         bigint      not null,
  document_key      uuid        not null,
  source            text        not null collate "C",
  document_id       text        not null collate "C",
  document_id_key   uuid        not null,
  state             document_state not null,
  last_updated      timestamptz not null,
  event_time        timestamptz not null,
  event_rank        smallint    not null,
  log_id            text        not null collate "C",
  fingerprint       sha256_digest not null,
  version           uuid,
  content_length    bigint,
  replaced_by_shard bigint,
  replaced_by_key   uuid,
  is_identified     boolean     not null,
  is_test           boolean     not null,
  is_available      boolean     not null,
  is_hidden         boolean     not null default false,
  patient_keys      uuid[]      not null,
  earlier_patient_keys uuid[],
  lookup_keys       uuid[]      not null,
  wrong_patient_keys uuid[],
  moved_at          timestamptz,
  constraint document_pkey primary key (shard_key, document_key),
  constraint document_current_has_version check ((state = 'current') = (version is not null)),
  constraint document_superseded_has_successor check (
    (state = 'superseded') = (replaced_by_key is not null) and (replaced_by_shard is null) = (replaced_by_key is null))
);

comment on table document is 'Each document and its current event: the greatest by (event_time, event_rank, log_id, fingerprint).';
comment on column document.document_id_key is 'Digest of the DocumentID, without the source.';
comment on column document.last_updated is
  'When the state or the version last changed, or staff corrected the document. Of a current one that is not corrected, that of its version.';
comment on column document.version is 'The delivery that brought the current version; a resend moves the event time but not this.';
comment on column document.is_identified is
  'Whether the current event has an ID or a time of its own. One without is a duplicate while an equal one is current.';
comment on column document.patient_keys is
  'Digests of (ID, IDType) of the current event, or of the last one that named a patient. The first six bytes are those of the IDType.';
comment on column document.earlier_patient_keys is
  'Those that only earlier events named, since the last release. An event is for another patient when it has none of both in common, or '
  'another ID of an IDType that occurs in them.';
comment on column document.is_hidden is 'Hidden by staff: shown to no one but staff, whatever events come, until staff show it again.';
comment on column document.wrong_patient_keys is
  'The patients from whom staff have moved the document: a New or Replace that names one of them is set aside. Null if it was not moved.';
comment on column document.moved_at is 'When staff last moved it: clients are shown no version that is older.';
comment on column document.lookup_keys is 'Digests of patient IDs, visit number, document type and what FHIR searches by.';

create index document_by_document_id on document (document_id_key);
create index document_by_lookup_key on document using gin (lookup_keys) with (fastupdate = off) where state = 'current';
-- The order of the last change, which FHIR searches without a selective criterion scan. Only current documents have a version. The
-- condition is not state = 'current', as in the index above, so that PostgreSQL does not choose this index for a search by lookup keys and
-- read all of it.
create index document_by_change on document (last_updated, document_key) where version is not null;

create table document_correction (
  shard_key     bigint      not null,
  document_key  uuid        not null,
  correction_id uuid        not null,
  act           correction_act not null,
  corrected_at  timestamptz not null,
  staff         caller_name not null,
  reason        text        not null,
  version       uuid,
  moved_from    uuid,
  constraint document_correction_pkey primary key (shard_key, document_key, correction_id)
);

comment on table document_correction is 'What staff did with a misfiled document. Never updated.';
comment on column document_correction.correction_id is 'Also the audit_id of the audit row and, of a move, the version that it made.';
comment on column document_correction.version is 'The version that was current before; null if the document was not current.';
comment on column document_correction.moved_from is
  'Of a move, the version that a source sent and from which the new one is derived; null otherwise.';

create table create_condition (
  shard_key     bigint not null,
  condition_key uuid   not null,
  delivery_id   uuid   not null,
  constraint create_condition_pkey primary key (shard_key, condition_key)
);

comment on table create_condition is
  'One row for each identifier that a conditional create names, or for its condition if that names none. Its primary key serialises the '
  'creates that have one in common; the table may be emptied at any time.';

create table integrity_failure (
  shard_key    bigint      not null,
  delivery_id  uuid        not null,
  failure      integrity_failure_name not null,
  document_key uuid,
  detected_at  timestamptz not null,
  constraint integrity_failure_pkey primary key (shard_key, delivery_id, failure)
);

comment on table integrity_failure is
  'Stored bytes that were found not to be those that were received: the first detection of each damage of a version or of the body of a '
  'delivery. A person deletes a row after the bytes have been restored.';
comment on column integrity_failure.delivery_id is 'The version, or the delivery whose body is damaged.';
comment on column integrity_failure.document_key is 'The document of the version; null for a body.';

create table failed_authentication (
  shard_key   bigint      not null,
  address     text        not null collate "C",
  endpoint    text        not null collate "C",
  minute      timestamptz not null,
  credentials credential_kind[] not null,
  failures    bigint      not null,
  constraint failed_authentication_pkey primary key (shard_key, address, endpoint, minute)
);

comment on table failed_authentication is
  'Requests with a missing or unknown credential, counted by address, endpoint and minute. Holds no value of a credential.';
comment on column failed_authentication.address is
  'The IP address of the connection, of IPv6 the /64 network; local for a Unix socket; other when many addresses failed in that minute.';
comment on column failed_authentication.endpoint is 'The pattern of the route.';

-- The audit lists them in the order of time.
create index failed_authentication_by_minute on failed_authentication (minute);

create table encrypted_key (
  key_number bigint      not null generated always as identity,
  purpose    text        not null collate "C",
  key_id     text        not null collate "C",
  stored_at  timestamptz not null default now(),
  encrypted  bytea       not null,
  constraint encrypted_key_pkey primary key (purpose, key_id)
);

comment on table encrypted_key is
  'Keys that all instances share, encrypted with a key of the settings. A few rows for the whole installation, so without a shard key.';
comment on column encrypted_key.purpose is 'What the key is for: data-protection, access-token.';
comment on column encrypted_key.encrypted is
  'Encrypted with AES-256-GCM and bound to purpose and key_id. Replaced when KeyEncryption:Keys:0 changes; nothing else is updated.';

create table registered_client (
  client_id               text        not null collate "C",
  name                    text        not null,
  source_id               text        not null collate "C",
  scopes                  text[]      not null collate "C",
  visible_sources         text[]      not null collate "C",
  max_requests_per_second integer,
  is_engine               boolean     not null,
  jwks_url                text        collate "C",
  page_secret             text        not null default gen_random_uuid() || '-' || gen_random_uuid(),
  epoch                   integer     not null default 1,
  registered_at           timestamptz not null,
  revoked_at              timestamptz,
  constraint registered_client_pkey primary key (client_id)
);

comment on table registered_client is
  'Partner apps that authenticate with tokens of this service, beside the clients of the settings. A few rows for the whole installation, '
  'so without a shard key. None is deleted: the ID of a revoked client is not used again.';
comment on column registered_client.source_id is 'The source of the documents that the client creates; empty for the engine.';
comment on column registered_client.page_secret is
  'Encrypts the searches in the addresses of next pages, as the secret of a client of the settings does; proves nothing.';
comment on column registered_client.is_engine is 'The Redox engine, which gets tokens for a secret in place of a verification token.';
comment on column registered_client.jwks_url is 'Where the client publishes its keys (RFC 7517); null if they are in client_key.';
comment on column registered_client.visible_sources is 'The sources that it may see, * for all; none means its own source.';
comment on column registered_client.max_requests_per_second is 'Null for Fhir:MaxRequestsPerSecond.';
comment on column registered_client.epoch is
  'Tokens of another epoch are not valid. Increases when a key is retired or the client revoked.';

create table client_key (
  client_id     text        not null collate "C",
  key_id        text        not null collate "C",
  jwk           text        collate "C",
  secret_digest bytea,
  added_at      timestamptz not null,
  retired_at    timestamptz,
  constraint client_key_pkey primary key (client_id, key_id),
  constraint client_key_check check (num_nonnulls(jwk, secret_digest) = 1)
);

comment on table client_key is
  'Public keys and secrets of registered clients, of each client at most two of a kind that are not retired. None is deleted: a key_id '
  'names one key forever.';
comment on column client_key.key_id is 'The kid of the JWK, compared byte by byte; a name for a secret.';
comment on column client_key.jwk is 'The public key as a JWK (RFC 7517); null for a secret.';
comment on column client_key.secret_digest is 'SHA-256 of a secret of 256 random bits, which cannot be guessed from it; null for a key.';

create table used_assertion (
  client_id     text        not null collate "C",
  assertion_key uuid        not null,
  token_id      uuid        not null,
  expires_at    timestamptz not null,
  constraint used_assertion_pkey primary key (client_id, assertion_key)
);

comment on table used_assertion is
  'Assertions for which a client has got a token, so that each is used once. Rows are removed by remove_expired_assertions() a day after '
  'the assertion has expired.';
comment on column used_assertion.assertion_key is 'Digest of the jti.';
comment on column used_assertion.token_id is 'The jti of the token.';

create index used_assertion_by_expires_at on used_assertion (expires_at);

-- For the role that serves, which may not delete these rows itself: a deleted row would let an assertion be used again. Executed with the
-- rights of the owner, and with a search path of this schema only. A day is far more than clocks differ.
create function remove_expired_assertions() returns bigint
language plpgsql security definer set lock_timeout = '2s' as $$
declare
  removed bigint;
begin
  delete from used_assertion where expires_at < now() - interval '1 day';
  get diagnostics removed = row_count;
  return removed;
end
$$;

revoke execute on function remove_expired_assertions() from public;

do $$
begin
  execute format('alter function remove_expired_assertions() set search_path = %I, pg_temp', current_schema());
end
$$;

create table staff_session (
  session_id       uuid        not null,
  staff            text        not null collate "C",
  issuer           text        collate "C",
  roles            text[]      collate "C",
  sources          text[]      collate "C",
  token_id         text        collate "C",
  address          text        collate "C",
  started_at       timestamptz not null,
  seen_at          timestamptz not null,
  expires_at       timestamptz not null,
  ended_at         timestamptz,
  reveal_until     timestamptz,
  reveal_reason    text,
  search_ids       uuid[],
  searches         text[],
  constraint staff_session_pkey primary key (session_id)
);

comment on table staff_session is
  'Who is or was signed in to the support pages. A few rows for each person and day, so without a shard key. None is deleted.';
comment on column staff_session.session_id is 'The first half of a digest of what the cookie holds, which cannot be had from it.';
comment on column staff_session.staff is 'The name of the person in audit rows, without staff:.';
comment on column staff_session.issuer is 'Who has authenticated the person; null for a token of the settings, whose roles count.';
comment on column staff_session.token_id is 'The ID of the token: a session ends when the settings have another one.';
comment on column staff_session.seen_at is 'The last request, to within a minute.';
comment on column staff_session.ended_at is 'When the person signed out, here or everywhere.';
comment on column staff_session.reveal_until is 'Until then values of messages are shown to the person, for reveal_reason.';
comment on column staff_session.searches is
  'The last searches for texts that no address may hold, such as the identifier of a patient, by search_ids. Emptied when it ends.';

-- The sessions of one person.
create index staff_session_by_staff on staff_session (staff, started_at);

create table audit_event (
  shard_key       bigint        not null,
  audit_id        uuid          not null,
  recorded_at     timestamptz   not null default now(),
  transaction_id  bigint        not null default pg_current_xact_id()::text::bigint,
  act             audit_act     not null,
  outcome         audit_outcome not null,
  caller          text          not null collate "C",
  role            text          collate "C",
  address         text          collate "C",
  token_id        text          collate "C",
  requester       text          collate "C",
  reason          text,
  criteria        text,
  detail          text,
  is_test         boolean       not null,
  patient_keys    uuid[],
  document_shards bigint[],
  document_keys   uuid[],
  versions        uuid[],
  deliveries      uuid[]
) partition by range (recorded_at);

comment on table audit_event is
  'Who has seen what: one row for each access to health information, and for each that was refused. Never updated. Committed before the '
  'first byte of what it is about is sent. Partitioned by month.';
comment on column audit_event.shard_key is 'The upper half of audit_id.';
comment on column audit_event.audit_id is 'The delivery ID of the request, where it has a delivery.';
comment on column audit_event.recorded_at is 'By the clock of the database.';
comment on column audit_event.transaction_id is
  'The transaction that wrote the row: the sealer takes rows of transactions that have ended.';
comment on column audit_event.caller is 'engine, client:<ID> or staff:<name>; unknown for a caller without a valid token.';
comment on column audit_event.role is 'The role of staff that the request needed.';
comment on column audit_event.address is 'The IP address of the connection.';
comment on column audit_event.token_id is 'The ID of the token: a digest, which does not help to guess the token.';
comment on column audit_event.requester is 'Meta.Source.ID of a query that the engine relayed.';
comment on column audit_event.reason is 'Why, as staff gave it.';
comment on column audit_event.criteria is 'What was asked for: the criteria of a query or search, or the ID that was looked up.';
comment on column audit_event.detail is 'Why an access was refused; never a value.';
comment on column audit_event.patient_keys is
  'Digests of (ID, IDType) of the patients that were asked for, and of those whose documents were handed out (document.patient_keys).';
comment on column audit_event.document_keys is
  'The documents that were handed out; document_shards and versions have an element for each, a version is null where none was handed out.';
comment on column audit_event.deliveries is 'The deliveries that were shown, opened or released.';

-- Who has seen this patient, and this document. The pending list is read by every question, so it is kept short.
create index audit_event_by_subject on audit_event using gin (patient_keys, document_keys) with (gin_pending_list_limit = 256);
-- What has this person, client or requester seen; and all in the order of time, agent by agent: there are few.
create index audit_event_by_agent on audit_event ((coalesce(requester, caller)), recorded_at, audit_id);
-- What was done with a delivery, and what was refused: few rows are in these indexes, and no row of a successful query, search or read.
create index audit_event_by_delivery on audit_event using gin (deliveries) with (gin_pending_list_limit = 64)
  where deliveries is not null;
create index audit_event_by_refusal on audit_event (recorded_at, audit_id) where outcome <> 'success';
-- Accesses of staff with a reason, for their review.
create index audit_event_by_reason on audit_event (recorded_at, audit_id) where reason is not null;
-- For the sealer. Rows are written nearly in this order.
create index audit_event_by_transaction on audit_event using brin (transaction_id) with (autosummarize = on);

-- All elements of several arrays.
create aggregate concatenate(uuid[]) (sfunc = array_cat, stype = uuid[], parallel = safe);

create domain seal_restore as text check (value in ('timeline', 'cluster', 'transactions'));

create table staff_review (
  shard_key   bigint      not null,
  audit_id    uuid        not null,
  reviewer    text        not null collate "C",
  reviewed_at timestamptz not null,
  constraint staff_review_pkey primary key (shard_key, audit_id)
);

comment on table staff_review is 'Accesses with a reason that staff have reviewed. Never updated: the first reviewer stays.';
comment on column staff_review.audit_id is 'Of audit_event; shard_key is its upper half.';
comment on column staff_review.reviewer is 'The name of the person, without staff:. Never the one who had the access.';

create table audit_seal (
  number            bigint      not null,
  era               int         not null,
  era_from          timestamptz not null,
  recorded_from     timestamptz not null,
  recorded_to       timestamptz not null,
  last_recorded_at  timestamptz not null,
  from_transaction  bigint      not null,
  to_transaction    bigint      not null,
  row_count         bigint      not null,
  rows_digest       sha256_digest not null,
  previous_digest   sha256_digest,
  digest            sha256_digest not null,
  form              smallint    not null,
  sealed_at         timestamptz not null,
  system_identifier bigint,
  timeline_id       int,
  restored          seal_restore,
  constraint audit_seal_pkey primary key (number)
);

comment on table audit_seal is
  'Tamper evidence of audit_event: each seal has the digest of the rows of some transactions and of the seal before it. Never updated. '
  'A seal has rows of one month only, so that a month can be removed with whole seals.';
comment on column audit_seal.era is 'Increases when a restored database counts its transactions anew, lower than those that were sealed.';
comment on column audit_seal.era_from is 'The era has the rows that were recorded from this time on.';
comment on column audit_seal.recorded_from is
  'The seal has the rows that were recorded from this time on and before recorded_to, and that the transactions from from_transaction on '
  'and before to_transaction wrote. All of these had ended when it was made.';
comment on column audit_seal.rows_digest is 'SHA-256 of the digests of the rows in the order of their IDs (AuditRowDigest.sql).';
comment on column audit_seal.digest is 'SHA-256 of all other columns (AuditSealDigest.sql).';
comment on column audit_seal.form is 'The form of the digests: 1.';
comment on column audit_seal.system_identifier is 'Of the PostgreSQL cluster; null if the role may not read it.';
comment on column audit_seal.restored is
  'Why this may not follow the seal before it: the cluster has another timeline (a standby was promoted, or the database was restored to '
  'an earlier time), it is another cluster, or its transactions are counted anew.';

-- Makes the partitions of a month, unless they are there, and returns their names. For the owner. A table that is made first and attached
-- then does not block those who write into the other partitions, as "partition of" would. One session at a time ("RdoxPart" in ASCII).
create function create_month(month date) returns text[]
language plpgsql as $$
declare
  first date := date_trunc('month', month::timestamp)::date;
  parent text;
  made text;
  all_made text[] := '{}';
begin
  perform pg_advisory_xact_lock(x'52646F7850617274'::bigint);
  foreach parent in array array['audit_event', 'delivery_body', 'delivery_body_repeat'] loop
    made := parent || to_char(first, '_YYYY_MM');
    if to_regclass(format('%I.%I', current_schema(), made)) is null then
      execute format('create table %I (like %I including all)', made, parent);
      execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)', parent, made, first || ' 00:00:00+00',
        (first + interval '1 month')::date || ' 00:00:00+00');
      all_made := all_made || made;
    end if;
  end loop;
  return all_made;
end
$$;

-- The same for the role that serves, which owns nothing: executed with the rights of the owner, for months near the current one only, and
-- with a search path of this schema only, so that a table of the caller is never used.
create function create_partitions(month date) returns text[]
language plpgsql security definer set lock_timeout = '2s' as $$
begin
  if month not between (now() at time zone 'UTC')::date - 366 and (now() at time zone 'UTC')::date + 366 then
    raise exception 'no partition is made for a month that is more than a year away' using errcode = 'datetime_field_overflow';
  end if;
  return create_month(month);
end
$$;

revoke execute on function create_month(date), create_partitions(date) from public;

do $$
begin
  execute format('alter function create_partitions(date) set search_path = %I, pg_temp', current_schema());
end
$$;

select create_month(((now() at time zone 'UTC') + ahead * interval '1 month')::date) from generate_series(0, 2) as ahead;

-- The two functions are called for documents that exist already, seldom enough. As subqueries of ApplyEvents.sql, which is executed for
-- every event, they had half of its plan's nodes, which PostgreSQL sets up in every execution whether it needs them or not. In PL/pgSQL,
-- because a function in SQL is planned anew in each statement.

-- Whether an event with these patient keys is for another patient than the one known by others: they have no key in common, or another ID
-- of some type. The first six bytes of a key are those of its type. Null if either is null.
create function is_other_patient(patients uuid[], known uuid[]) returns boolean
language plpgsql immutable strict parallel safe as $$
begin
  return cardinality(known) > 0 and not patients <@ known and (not patients && known or exists (
    select
    from unnest(patients) as p (key)
    where substring(uuid_send(p.key) for 6) in (select substring(uuid_send(k.key) for 6) from unnest(known) as k (key))
    group by substring(uuid_send(p.key) for 6)
    having not bool_or(p.key = any (known))));
end
$$;

-- The keys that are not among the others, each once.
create function keys_without(keys uuid[], others uuid[]) returns uuid[]
language plpgsql immutable strict parallel safe as $$
begin
  return array(select unnest(keys) except select unnest(others));
end
$$;
