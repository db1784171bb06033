-- Adds a key, unless one of its purpose was added after the one with the number @after, or it was itself added already, by a statement
-- whose response was lost. @purpose text, @key_id text, @encrypted bytea, @after bigint (0 for none).
insert into encrypted_key (purpose, key_id, encrypted)
select @purpose, @key_id, @encrypted
where not exists (select from encrypted_key where purpose = @purpose and key_number > @after)
on conflict (purpose, key_id) do nothing;
