-- Files that are not stored although they were named before @before timestamptz, counted by source, host, state and failure; named as the
-- members of OverdueRemoteFiles. @sources text[]: whose are counted; null for all. @limit int.
select
  source as Source, host as Host, state as State, failure as Failure, status as Status, count(*) as Count, min(created_at) as OldestAt,
  max(last_tried_at) as LastTriedAt, (array_agg(delivery_id order by created_at))[1] as OldestDelivery
from remote_file
where state <> 'stored' and created_at < @before and (@sources is null or source = any (@sources))
group by source, host, state, failure, status
order by min(created_at)
limit @limit;
