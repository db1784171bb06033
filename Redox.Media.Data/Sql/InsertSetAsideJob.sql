-- A job, with the member of staff who asked for it.
insert into set_aside_job (shard_key, job_id, act, group_key, reason, created_at, member, role, address, token_id, total)
values (@shard_key, @job_id, @act, @group_key, @reason, @created_at, @member, @role, @address, @token_id, @total);
