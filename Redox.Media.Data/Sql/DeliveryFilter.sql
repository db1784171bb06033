-- The criteria of a list of deliveries; a part of its statements. @outcomes text[], @sources text[], @events text[] (in lower case),
-- @callers text[], @test boolean: each null for any; @visible text[]: the sources that the reader may see, null for all.
(@outcomes is null or d.outcome = any (@outcomes))
and (@sources is null or d.source = any (@sources))
and (@events is null or lower(d.event_type) = any (@events))
and (@callers is null or d.caller = any (@callers))
and (@test is null or d.is_test = @test)
