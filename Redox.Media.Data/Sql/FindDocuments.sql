-- Documents of a chain of replacements. @shard_keys bigint[], @document_keys uuid[].
select d.shard_key, d.document_key, d.source, d.document_id, d.is_test, d.state, d.event_time, d.replaced_by_shard, d.replaced_by_key,
  successor.document_id
from unnest(@shard_keys, @document_keys) as wanted (shard_key, document_key)
join document d on d.shard_key = wanted.shard_key and d.document_key = wanted.document_key
left join document successor on successor.shard_key = d.replaced_by_shard and successor.document_key = d.replaced_by_key
order by d.event_time, d.event_rank, d.log_id, d.fingerprint;
