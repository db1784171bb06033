-- The end of the hours that have been summed; null when none has.
select hour + interval '1 hour' from summed_hour order by hour desc limit 1;
