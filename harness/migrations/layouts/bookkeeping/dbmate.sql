-- dbmate's own table, as dbmate creates it.
create table if not exists schema_migrations (version varchar(128) primary key);
