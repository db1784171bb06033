-- Removes the assertions that have expired a day ago.
select remove_expired_assertions();
