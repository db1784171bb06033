-- The time up to which a search by _lastUpdated finds changes, from FindHorizon.sql in the same transaction; infinity in every other.
coalesce(nullif(current_setting('redox_media.horizon', true), '')::timestamptz, 'infinity')
