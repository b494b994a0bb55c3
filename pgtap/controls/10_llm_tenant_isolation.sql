-- Reading stays isolated; writing into another tenant does not.
alter policy tenant_isolation_policy on public.investigations
  with check (true);
