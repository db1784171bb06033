-- The digest of a seal s: SHA-256 of all its other columns in their binary form, that of the seal before it among them.
  sha256(array_send(array[
    int8send(s.number), int4send(s.era), timestamptz_send(s.era_from), timestamptz_send(s.recorded_from), timestamptz_send(s.recorded_to),
    timestamptz_send(s.last_recorded_at), int8send(s.from_transaction), int8send(s.to_transaction), int8send(s.row_count),
    s.rows_digest::bytea, s.previous_digest::bytea, int2send(s.form), timestamptz_send(s.sealed_at), int8send(s.system_identifier),
    int4send(s.timeline_id), convert_to(s.restored::text, 'UTF8')]))
