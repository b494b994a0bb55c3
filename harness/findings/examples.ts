import type { FindingCode } from './codes.ts';

/** An example of a finding: its message, the flaw, and the repair. */
export interface CodeExample {
  message: string;
  flaw: string;
  fixed: string;
  /** @default 'sql' */
  language?: 'sql' | 'yaml';
}

const policy = `(tenant_id = nullif(current_setting('app.tenant', true), ''))`;

/** An example for each judged code, run by a test on `examples.fixture.sql`: the flaw, then the repair. Bypass checks have files. */
export const codeExamples: Record<FindingCode, CodeExample> = {
  'migration-after-head': {
    message:
      "migrations/0003_reports.sql is newer than the contract's head 0002: it was not built, and what it does is not judged",
    language: 'yaml',
    flaw: 'revisions: { baseline: "0001", head: "0002" }',
    fixed: 'revisions: { baseline: "0001", head: "0003" }',
  },
  'undeclared-access': {
    message: 'reports has SELECT on table public.secrets, which the contract does not declare: granted to reports',
    flaw: 'GRANT SELECT ON TABLE public.secrets TO reports;',
    fixed: 'REVOKE SELECT ON TABLE public.secrets FROM reports;',
  },
  'undeclared-grant': {
    message:
      'app was granted SELECT on table public.notes itself; the contract gives it by the grant to app_rw, and this one stays when that is revoked',
    flaw: 'GRANT SELECT ON TABLE public.notes TO app; -- it has it through app_rw already',
    fixed: 'REVOKE SELECT ON TABLE public.notes FROM app;',
  },
  'undeclared-definer-function': {
    message:
      'app has EXECUTE on function public.all_notes(), which is SECURITY DEFINER; the contract does not declare it',
    flaw: `CREATE FUNCTION public.all_notes() RETURNS SETOF public.notes LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT * FROM public.notes'; -- PUBLIC may execute it`,
    fixed: 'REVOKE EXECUTE ON FUNCTION public.all_notes() FROM PUBLIC;',
  },
  'definer-takes-tenant': {
    message:
      'app in the context of its own tenant was given 2 rows of another tenant by public.notes_of(text), because argument 1 says whose they are',
    flaw: `CREATE FUNCTION public.notes_of(tenant text) RETURNS SETOF public.notes LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT * FROM public.notes WHERE tenant_id = tenant';`,
    fixed: `CREATE OR REPLACE FUNCTION public.notes_of(tenant text) RETURNS SETOF public.notes LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.notes WHERE tenant_id = tenant AND tenant = nullif(current_setting('app.tenant', true), '') $$;`,
  },
  'definer-gives-others': {
    message: 'app in the context of its own tenant was given 2 rows that are not its own by public.latest_notes()',
    flaw: `CREATE FUNCTION public.latest_notes() RETURNS SETOF public.notes LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'SELECT * FROM public.notes ORDER BY id DESC LIMIT 5';`,
    fixed: `CREATE OR REPLACE FUNCTION public.latest_notes() RETURNS SETOF public.notes LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.notes WHERE ${policy} ORDER BY id DESC LIMIT 5 $$;`,
  },
  'undeclared-owner': {
    message: 'public.notes is owned by app; the contract says owner',
    flaw: 'ALTER TABLE public.notes OWNER TO app;',
    fixed: 'ALTER TABLE public.notes OWNER TO owner;',
  },
  'undeclared-attribute': {
    message: 'app has BYPASSRLS, which the contract does not declare',
    flaw: 'ALTER ROLE app BYPASSRLS;',
    fixed: 'ALTER ROLE app NOBYPASSRLS;',
  },
  'undeclared-membership': {
    message: 'reports is a member of app_rw, which the contract does not declare',
    flaw: 'GRANT app_rw TO reports;',
    fixed: 'REVOKE app_rw FROM reports;',
  },
  'future-object-exposed': {
    message: 'default privileges give PUBLIC SELECT on the tables that owner makes; the contract does not declare it',
    flaw: 'ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT ON TABLES TO PUBLIC;',
    fixed: 'ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE SELECT ON TABLES FROM PUBLIC;',
  },
  'undeclared-role': {
    message: 'the login intern can read public.secrets; the contract does not name it',
    flaw: 'CREATE ROLE intern LOGIN; GRANT SELECT ON public.secrets TO intern;',
    fixed: 'REVOKE SELECT ON public.secrets FROM intern; DROP ROLE intern;',
  },
  'undeclared-extension': {
    message: 'objects of the extension pgcrypto can be reached; the contract does not name it',
    language: 'yaml',
    flaw: 'extensions: []',
    fixed: 'extensions: [pgcrypto]',
  },
  'tool-schema-changed': {
    message:
      'the schema rolecall_tap, which the privilege state leaves out, holds something else than the pgTAP that was loaded there',
    flaw: 'CREATE SCHEMA rolecall_tap; CREATE TABLE rolecall_tap.hidden AS SELECT * FROM public.secrets;',
    fixed: 'DROP SCHEMA rolecall_tap CASCADE;',
  },
  'undeclared-setting': {
    message: 'app has the setting app.tenant = a, which the contract does not declare',
    flaw: "ALTER ROLE app SET app.tenant = 'a';",
    fixed: 'ALTER ROLE app RESET app.tenant;',
  },
  'required-by-not-there': {
    message:
      'app is given SELECT on public.notes for code that is not there as required_by says: src/notes.py is not there',
    language: 'yaml',
    flaw: 'tables: { public.notes: { needs: [{ identity: app, access: [SELECT], required_by: src/notes.py }] } }',
    fixed: 'tables: { public.notes: { needs: [{ identity: app, access: [SELECT], required_by: src/api/notes.py }] } }',
  },
  'code-needs-forbidden': {
    message: 'app runs SQL that needs DELETE on public.notes, which the contract gives it by no grant: src/notes.py:12',
    flaw: "DELETE FROM public.notes WHERE tenant_id = 'a'; -- in src/notes.py, which app runs",
    fixed: 'GRANT DELETE ON TABLE public.notes TO app_rw; -- and DELETE among its grants in the contract',
  },
  'changed-row-security': {
    message: 'row-level security of public.notes is enabled; the contract says forced',
    flaw: 'ALTER TABLE public.notes NO FORCE ROW LEVEL SECURITY;',
    fixed: 'ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;',
  },
  'changed-policy': {
    message: 'the policy tenant_isolation of public.notes is USING true; the contract says otherwise',
    flaw: 'ALTER POLICY tenant_isolation ON public.notes USING (true);',
    fixed: `ALTER POLICY tenant_isolation ON public.notes USING ${policy};`,
  },
  'changed-function': {
    message: 'public.tenant_of(text) has no search_path; the contract says pg_catalog, pg_temp',
    flaw: 'ALTER FUNCTION public.tenant_of(text) RESET search_path;',
    fixed: 'ALTER FUNCTION public.tenant_of(text) SET search_path = pg_catalog, pg_temp;',
  },
  'fail-open': {
    message: 'app: SELECT on public.notes saw 2 rows of another tenant (context own-tenant)',
    flaw: 'ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY;',
    fixed: 'ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;',
  },
  'isolated-by-search-path-only': {
    message:
      'app: SELECT on tenant_b.notes saw 1 row of another tenant (context own-tenant): it may use the schema of every tenant, and nothing but search_path keeps apart their tables',
    flaw: `CREATE SCHEMA tenant_b; CREATE TABLE tenant_b.notes (body text);
GRANT USAGE ON SCHEMA tenant_b TO app_rw; GRANT SELECT ON tenant_b.notes TO app_rw;`,
    fixed: `CREATE ROLE tenant_b_rw; GRANT tenant_b_rw TO app WITH INHERIT FALSE, SET TRUE;
REVOKE USAGE ON SCHEMA tenant_b FROM app_rw; REVOKE SELECT ON tenant_b.notes FROM app_rw;
GRANT USAGE ON SCHEMA tenant_b TO tenant_b_rw; GRANT SELECT ON tenant_b.notes TO tenant_b_rw; -- assumed by SET ROLE`,
  },
  'missing-context-outcome': {
    message:
      'app: SELECT on public.notes without a tenant must see no rows and ended as error:42704: unrecognized configuration parameter (never-set)',
    flaw: "ALTER POLICY tenant_isolation ON public.notes USING (tenant_id = current_setting('app.tenant'));",
    fixed: `ALTER POLICY tenant_isolation ON public.notes USING ${policy};`,
  },
  'only-path-open': {
    message: 'app_rw has SELECT on public.secrets itself; only its listed functions may reach it',
    flaw: 'GRANT SELECT ON TABLE public.secrets TO app_rw;',
    fixed: 'REVOKE SELECT ON TABLE public.secrets FROM app_rw;',
  },
  'only-path-closed': {
    message: 'public.tenant_of(text) is the way of app to public.secrets, and its call ended as denied-by-grant',
    flaw: 'REVOKE EXECUTE ON FUNCTION public.tenant_of(text) FROM app_rw;',
    fixed: 'GRANT EXECUTE ON FUNCTION public.tenant_of(text) TO app_rw;',
  },
  'existence-oracle': {
    message:
      'tried for real: by notes_slug_key of public.notes, app learns whether another tenant has a row: a duplicate is refused by error 23505',
    flaw: 'ALTER TABLE public.notes ADD CONSTRAINT notes_slug_key UNIQUE (slug);',
    fixed: `ALTER TABLE public.notes DROP CONSTRAINT notes_slug_key;
ALTER TABLE public.notes ADD CONSTRAINT notes_slug_key UNIQUE (tenant_id, slug);`,
  },
  drifted: {
    message: 'live only: SELECT on table public.notes to reports, granted by owner',
    flaw: 'GRANT SELECT ON TABLE public.notes TO reports; -- typed into the live database',
    fixed: 'REVOKE SELECT ON TABLE public.notes FROM reports;',
  },
  'path-diverges': {
    message: 'down and up again does not reach the fingerprint of head: 1 fact differs',
    flaw: `-- up: ${'GRANT SELECT ON public.notes TO reports;'}
-- down: nothing
GRANT SELECT ON public.notes TO reports;`,
    fixed: '-- down:\nREVOKE SELECT ON public.notes FROM reports;',
  },
  'migrator-refused': {
    message: 'the migrator is refused: migrations/0002_audit.sql:4: permission denied to create event trigger',
    language: 'yaml',
    flaw: 'migrator: { role: admin }',
    fixed: 'migrator: { role: admin, given: provision/given.sql } # what the provider does',
  },
  'witnesses-disagree': {
    message:
      'app SELECT on public.notes: the catalog says allowed, pgTAP says allowed, the attempt says denied-by-grant',
    flaw: "SELECT has_table_privilege('app', 'public.notes', 'SELECT'); -- says nothing of USAGE on the schema\nREVOKE USAGE ON SCHEMA public FROM PUBLIC;",
    fixed: 'GRANT USAGE ON SCHEMA public TO app_rw;',
  },
  'observation-left-traces': {
    message:
      'after the suites and probes of head, grant public.notes SELECT reports was there, which it was not before',
    flaw: 'GRANT SELECT ON public.notes TO reports; -- in a suite that does not roll back',
    fixed: 'REVOKE SELECT ON public.notes FROM reports; -- and begin; … rollback; around the suite',
  },
  'missing-role': {
    message: 'the role worker does not exist',
    language: 'yaml',
    flaw: 'identities: { worker: { kind: login } }',
    fixed: 'provision: { before: provision/before.sql } # CREATE ROLE worker LOGIN;',
  },
  'missing-object': {
    message: 'table public.notes does not exist',
    flaw: 'DROP TABLE public.notes;',
    fixed: 'CREATE TABLE public.notes (id integer PRIMARY KEY, tenant_id text NOT NULL, body text);',
  },
  'missing-access': {
    message: 'app_rw lacks INSERT on table public.notes, which the contract declares',
    flaw: 'REVOKE INSERT ON TABLE public.notes FROM app_rw;',
    fixed: 'GRANT INSERT ON TABLE public.notes TO app_rw;',
  },
  'missing-attribute': {
    message: 'app lacks LOGIN, which the contract declares',
    flaw: 'ALTER ROLE app NOLOGIN;',
    fixed: 'ALTER ROLE app LOGIN;',
  },
  'missing-membership': {
    message: 'app is not a member of app_rw with INHERIT, SET, as the contract declares',
    flaw: 'REVOKE app_rw FROM app;',
    fixed: 'GRANT app_rw TO app;',
  },
  'missing-setting': {
    message: 'app lacks the setting statement_timeout = 5s, which the contract declares',
    flaw: 'ALTER ROLE app RESET statement_timeout;',
    fixed: "ALTER ROLE app SET statement_timeout = '5s';",
  },
  'policy-recurses': {
    message: 'a policy of public.notes reads public.notes itself: 12 statements on public.notes ended (SQLSTATE 42P17)',
    flaw: `CREATE POLICY shared ON public.notes USING (slug IN (SELECT slug FROM public.notes));`,
    fixed: `ALTER POLICY shared ON public.notes USING (tenant_id = public.tenant_of(slug)); -- SECURITY DEFINER`,
  },
  'unexpected-closed': {
    message: 'app: INSERT into public.notes ended as denied-by-rls (context own-tenant)',
    flaw: 'ALTER POLICY tenant_isolation ON public.notes WITH CHECK (false);',
    fixed: `ALTER POLICY tenant_isolation ON public.notes WITH CHECK ${policy};`,
  },
  'deficiency-open': {
    message:
      'D1 is still-red: The application can read every secret. app SELECT public.secrets ended as allowed at head',
    flaw: 'GRANT SELECT ON TABLE public.secrets TO app_rw; -- at baseline, and nothing revokes it',
    fixed: 'REVOKE SELECT ON TABLE public.secrets FROM app_rw; -- in the migration that leads to head',
  },
  'assertion-failed': {
    message: 'app cannot read secrets',
    flaw: 'GRANT SELECT ON TABLE public.secrets TO app_rw; -- the suite says: throws_ok(select … from public.secrets)',
    fixed: 'REVOKE SELECT ON TABLE public.secrets FROM app_rw;',
  },
  'control-unnoticed': {
    message: 'the suite 10_secrets did not notice its own damage: no assertion turned red',
    flaw: 'SELECT true AS "ok(true, \'app cannot read secrets\')"; -- an assertion that cannot fail',
    fixed: "SELECT NOT has_table_privilege('app', 'public.secrets', 'SELECT') AS \"ok(…)\"; -- one that asks",
  },
};
