-- Replaces the encrypted form of a key. @purpose text, @key_id text, @before bytea (what it must be), @encrypted bytea.
update encrypted_key
set encrypted = @encrypted
where purpose = @purpose and key_id = @key_id and encrypted = @before;
