-- Searches by when the site made a document. Nearly all were made in a moment or on a day: one index by the end of that time finds them
-- between two bounds. The few made over a longer time have an index of their own, which the others do not pay for. Compared at UTC,
-- since an index may not depend on a session's time zone; and added, not subtracted, since either end may be infinite.
create index version_by_created on version (created_to) where created_to is not null;
create index version_by_long_created on version (created_from)
  where created_to at time zone 'UTC' > created_from at time zone 'UTC' + interval '24 hours';
