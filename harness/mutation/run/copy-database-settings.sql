-- What CREATE DATABASE … TEMPLATE does not copy: the owner of the database, the grants on it, and the settings of roles in it.
-- :pattern is the name of the copied database, as a literal.
update pg_catalog.pg_database as copy
   set datdba = pattern.datdba, datacl = pattern.datacl
  from pg_catalog.pg_database as pattern
 where copy.datname = pg_catalog.current_database() and pattern.datname = :pattern;

insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
select copy.oid, s.setrole, s.setconfig
  from pg_catalog.pg_db_role_setting as s
  join pg_catalog.pg_database as pattern on pattern.oid = s.setdatabase and pattern.datname = :pattern
  join pg_catalog.pg_database as copy on copy.datname = pg_catalog.current_database();
