-- A person releases what was set aside: the delivery that does it and the one it releases name each other. Both lie by their document,
-- and neither column leads a search, so there is no index.
alter table delivery add column releases uuid;
alter table delivery add column released_by uuid;

comment on column delivery.releases is 'The set-aside delivery whose event this one applied, once a person had looked at it.';
comment on column delivery.released_by is 'The delivery that applied this set-aside one; null while none has.';
