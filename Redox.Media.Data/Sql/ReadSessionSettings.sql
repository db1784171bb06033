-- The values of settings in this session. @names text[].
select name, current_setting(name)
from unnest(@names) as name;
