-- The "offset" of a statement that records a delivery, which may be the repeat of one whose commit was not acknowledged. Then its CTE
-- "repeated" has a row, and a message in the write-ahead log makes this commit wait until that one is replicated (docs/decisions/0016).
-- PostgreSQL evaluates an offset once, also when there are no rows. This one is always 0: null means 0.
(select (pg_logical_emit_message(true, 'Redox.Media', '') is null)::int from repeated)
