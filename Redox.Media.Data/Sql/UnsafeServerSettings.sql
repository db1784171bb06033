-- The settings of the server that protect stored bytes and are off.
select name
from pg_settings
where name in ('data_checksums', 'fsync', 'full_page_writes') and setting = 'off'
order by name;
