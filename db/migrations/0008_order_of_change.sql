-- The order of change is for the walk alone. Under the condition that the index of search keys has, "state = 'current'", it could stand in for
-- that one: read from end to end, it is the cheapest way while the archive is small, and a plan is kept while the archive grows. A document
-- is current if and only if it has a version (document_current_has_version).
drop index document_by_change;
create index document_by_change on document (substring(uuid_send(version) from 9), document_key) where version is not null;
