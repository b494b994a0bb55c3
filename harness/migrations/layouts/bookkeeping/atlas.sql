-- The schema for Atlas' own table.
create schema if not exists atlas_schema_revisions;
