-- The schema of Atlas’ books.
create schema if not exists atlas_schema_revisions;
