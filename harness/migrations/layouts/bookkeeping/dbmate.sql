-- dbmate’s books, as it makes them.
create table if not exists schema_migrations (version varchar(128) primary key);
