-- The grant that a hurried fix makes, by a way that names no application role.
grant select on public.tenants to public;
