-- The months that the audit has partitions of, the newest first.
select to_date(right(c.relname, length('YYYY_MM')), 'YYYY_MM')
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'audit_event'::regclass
order by 1 desc;
