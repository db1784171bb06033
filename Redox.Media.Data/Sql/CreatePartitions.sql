-- Makes the partitions of a month that are missing, and returns their names. @month date; null for the present one of the database's clock.
select create_partitions(coalesce(@month, (now() at time zone 'UTC')::date));
