-- Searches by when the site made a document. A B-tree would cost every delivery; this kind of index keeps the bounds of a stretch of pages,
-- several pairs of them, so that a few old documents among new ones do not spoil a stretch. Documents come about when they are made, so
-- few stretches answer a search; and a stretch is summed up once, after it has been filled.
create index version_by_created on version
  using brin (created_from timestamptz_minmax_multi_ops, created_to timestamptz_minmax_multi_ops) with (autosummarize = on);
