--! title: The server lacks known fixes of row-level security or of privileges.
--! severity: medium
--! why: Policies, roles and definer functions are only as good as the server that enforces them; these faults let a session past them.
--! remedy: Update the server to the newest minor version of its major; no dump is needed.
--! source: https://www.postgresql.org/support/security/
with fix (cve, about, fixed_in) as (
  values
    ('CVE-2022-1552', 'maintenance commands run code of a table''s owner', '14.3'),
    ('CVE-2022-2625', 'extension scripts replace objects of others', '14.5'),
    ('CVE-2023-2454', 'CREATE SCHEMA defeats a protective search_path', '14.8 15.3'),
    ('CVE-2023-2455', 'policies disregard user changes after inlining', '14.8 15.3'),
    ('CVE-2023-39418', 'MERGE skips UPDATE and SELECT policies', '15.4'),
    ('CVE-2023-5870', 'pg_signal_backend reaches superuser processes', '14.10 15.5 16.1'),
    ('CVE-2024-0985', 'REFRESH MATERIALIZED VIEW CONCURRENTLY drops privileges late', '14.11 15.6 16.2'),
    ('CVE-2024-4317', 'pg_stats_ext shows statistics of others', '14.12 15.7 16.3'),
    ('CVE-2024-10976', 'policies below subqueries disregard user changes', '14.14 15.9 16.5 17.1'),
    ('CVE-2024-10978', 'SET ROLE resets to the wrong user', '14.14 15.9 16.5 17.1'),
    ('CVE-2025-8713', 'optimizer statistics show rows that policies hide', '14.19 15.14 16.10 17.6'),
    ('CVE-2025-12817', 'CREATE STATISTICS asks for no privilege on the schema', '14.20 15.15 16.11 17.7 18.1')
),
server (major, minor) as (
  select number / 10000, number % 10000
  from contract
  cross join lateral (
    values (coalesce(said ->> 'server_version_num', pg_catalog.current_setting('server_version_num'))::integer)
  ) as version (number)
)
select
  'server' as object,
  '' as identity,
  '' as access,
  pg_catalog.format(
    'PostgreSQL %s.%s lacks the fixes of %s', s.major, s.minor,
    pg_catalog.string_agg(f.cve || ' (' || f.about || ')', ', ' order by first.minor, f.cve collate "C")
  ) as message,
  pg_catalog.format('-- Update the server to PostgreSQL %s.%s or later.', s.major, pg_catalog.max(first.minor)) as remedy
from server as s
cross join fix as f
cross join lateral pg_catalog.regexp_split_to_table(f.fixed_in, ' ') as release
cross join lateral (
  values (pg_catalog.split_part(release, '.', 1)::integer, pg_catalog.split_part(release, '.', 2)::integer)
) as first (major, minor)
where first.major = s.major and first.minor > s.minor
group by s.major, s.minor
order by 1, 2, 3
