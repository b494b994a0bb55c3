-- A column grant: has_table_privilege() still answers false.
grant select (notification_email) on public.tenants to app_rw;
