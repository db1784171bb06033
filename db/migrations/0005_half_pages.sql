-- A row of more than half a page had a page to itself and left the rest of it empty; that is where small files with their envelopes were.
-- Over half a page the envelope is compressed now, and two such rows share a page. Rows that are there already stay as they are.
alter table version set (toast_tuple_target = 4080);
