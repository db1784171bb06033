-- Deliveries that were received since @since and before @until, summed by hour, source, event, outcome, test and duration; a part of the
-- statements that count. Sources and events are what senders wrote: a long source is cut, and events that there are not are "other".
-- A rejected body counts as 64 GiB at most: its sender may have declared any length, and the sum must not overflow.
-- duration_bucket: 0 below a microsecond, n from 2^(n-1) to less than 2^n, -1 for a delivery that was not measured.
select
  date_trunc('hour', d.received_at, 'UTC') as hour,
  case
    when length(d.source) <= 128 then d.source
    else substring(d.source from '^(?:[^\\]|\\\\|\\[0-9A-Fa-f]{4}){0,127}') || '…' -- no escape of PgText is cut
  end as source,
  case
    when d.data_model = 'Media' and d.event_type = 'Save' then 'New'
    when d.data_model = 'Media' and d.event_type in ('New', 'Replace', 'Delete', 'Query') then d.event_type
    when d.data_model = 'FHIR' and d.event_type in (
      'Media.create', 'Media.read', 'Media.vread', 'Media.search', 'Media.content', 'DocumentReference.read', 'DocumentReference.vread',
      'DocumentReference.search', 'DocumentReference.content') then 'FHIR ' || d.event_type
    else 'other'
  end as event,
  d.outcome, d.is_test,
  coalesce(
    width_bucket(
      coalesce(d.stage_us[1], 0)::bigint + coalesce(d.stage_us[2], 0) + d.stage_us[3],
      '{1,2,4,8,16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,65536,131072,262144,524288,1048576,2097152,4194304,8388608,16777216,
33554432,67108864,134217728,268435456,536870912,1073741824,2147483648}'::bigint[]),
    -1)::smallint as duration_bucket,
  count(*) as deliveries, sum(least(d.body_bytes, 68719476736))::bigint as body_bytes,
  sum(least(coalesce(d.content_bytes, 0), 68719476736))::bigint as content_bytes,
  max(d.received_at) as last_received_at
from delivery d
where d.received_at >= @since and d.received_at < @until
group by 1, 2, 3, 4, 5, 6
