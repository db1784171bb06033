-- Nothing is left to do. @name text.
delete from backfill where name = @name;
