-- The keys of one purpose, or of all. @purpose text (null for all).
select key_number, purpose, key_id, encrypted
from encrypted_key
where @purpose is null or purpose = @purpose
order by key_number;
