import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findingCodes, type FindingCode } from '../findings/codes.ts';
import { isExecutable } from '../findings/remedy-trial.ts';
import { checkOn } from '../testing/check-head.ts';
import { withLines } from '../testing/apply-lines.ts';
import { judgeCatalog, startTestHead, type TestHead } from '../testing/head.ts';
import { damages } from './damages.fixture.ts';

/** Damage that causes a code, and what is left to remove after its remedy. */
interface Executed {
  code: FindingCode;
  damage: string;
  undo?: string;
  edit?: (contract: string) => string;
  /** Whether finding it needs statements, not only the catalog. */
  byStatements?: true;
}

const definer = `language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'`;

const executed: Executed[] = [
  { code: 'undeclared-grant', damage: 'grant select on public.llm_api_calls to app_user' },
  {
    code: 'undeclared-definer-function',
    damage: `create function public.door() returns integer ${definer}; revoke all on function public.door() from public; grant execute on function public.door() to app_rw`,
    undo: 'drop function public.door()',
  },
  {
    code: 'future-object-exposed',
    damage: 'alter default privileges grant select on tables to app_rw',
    byStatements: true,
  },
  { code: 'changed-function', damage: 'alter function security.list_tenant_ids() security invoker' },
  { code: 'changed-function', damage: 'alter function security.list_tenant_ids() set search_path = public' },
  { code: 'changed-function', damage: 'alter function security.list_tenant_ids() set row_security = off' },
  {
    code: 'only-path-open',
    damage: 'grant usage on schema security to app_ro; grant execute on function security.list_tenant_ids() to app_ro',
    undo: 'revoke usage on schema security from app_ro',
    byStatements: true,
  },
  { code: 'undeclared-extension', damage: 'create extension pgcrypto' },
  {
    code: 'changed-policy',
    damage: 'alter policy tenant_isolation_policy on public.investigations rename to other',
  },
  {
    code: 'changed-policy',
    damage: 'alter policy tenant_isolation_policy on public.investigations using (true)',
  },
  { code: 'changed-policy', damage: 'drop policy tenant_isolation_policy on public.investigations' },
  { code: 'missing-access', damage: 'revoke select on public.llm_api_calls from app_rw' },
  { code: 'missing-attribute', damage: 'alter role app_user noinherit' },
  { code: 'missing-membership', damage: 'revoke app_rw from app_user' },
  {
    code: 'missing-setting',
    damage: '',
    undo: 'alter role app_user reset statement_timeout',
    edit: (text) =>
      text.replace('    url_env: DATABASE_URL', `    url_env: DATABASE_URL\n    settings: { statement_timeout: "5s" }`),
  },
  { code: 'missing-role', damage: 'drop owned by app_ro; drop role app_ro' },
  { code: 'tool-schema-changed', damage: 'create table rolecall_tap.planted ()' },
];

/** Codes whose SQL remedy only attempts can verify, not the catalog: pipeline/try-remedies.db.test.ts executes it. */
const byAttempts: FindingCode[] = ['unexpected-closed'];

/** Codes that only `drift` finds: e2e/drift-pack.db.test.ts executes their remedies. */
const byDrift: FindingCode[] = ['drifted'];

/** Codes whose remedy is advice: no single statement puts it right. */
const inWords: FindingCode[] = [
  'policy-recurses',
  'migration-after-head',
  'required-by-not-there',
  'code-needs-forbidden',
  'isolated-by-search-path-only',
  'definer-gives-others',
  'definer-takes-tenant',
  'fail-open',
  'missing-context-outcome',
  'only-path-closed',
  'existence-oracle',
  'path-diverges',
  'migrator-refused',
  'witnesses-disagree',
  'observation-left-traces',
  'missing-object',
  'deficiency-open',
  'assertion-failed',
  'control-unnoticed',
];

/** Damage that no lines of a contract can answer: it is not the contract's to say, or says more than a few lines. */
const unanswered = /set row_security = off|^drop owned|rolecall_tap/;

let head: TestHead;
let untouched: string;
beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

it('every code that is judged has a remedy that a test executes, or one in words', () => {
  const known = [
    ...damages.map(([, , code]) => code),
    ...executed.map(({ code }) => code),
    ...byAttempts,
    ...byDrift,
    ...inWords,
  ];
  expect([...new Set(known)].toSorted()).toEqual(findingCodes.toSorted());
  const ofSql = new Set([...damages.map(([, , code]) => code), ...executed.map(({ code }) => code)]);
  expect(inWords.filter((code) => ofSql.has(code))).toEqual([]);
});

describe('a remedy, executed as it is printed', () => {
  it.each(executed)('takes away $code after: $damage', async ({ code, damage, undo = '', edit, byStatements }) => {
    const judged = async () => {
      const findings = byStatements ? (await checkOn(head)).findings : await judgeCatalog(head, edit);
      return findings.filter((one) => one.code === code);
    };
    await head.superuser.script(damage);
    const found = await judged();
    expect(found).not.toEqual([]);
    expect(found.filter((one) => !isExecutable(one)).map(({ remedy }) => remedy)).toEqual([]);
    if (!byStatements) {
      const hasLines = found.filter(({ declare, retract }) => declare !== undefined || retract !== undefined);
      expect(hasLines).toEqual(unanswered.test(damage) ? [] : found);
      const left = await judgeCatalog(head, (text) =>
        hasLines.reduce(withLines, edit === undefined ? text : edit(text)),
      );
      expect(left.filter((one) => one.code === code)).toEqual(unanswered.test(damage) ? found : []);
    }
    await head.superuser.script([...new Set(found.map(({ remedy }) => remedy))].join(' '));
    expect(await judged()).toEqual([]);
    await head.superuser.script(undo);
    expect(await head.fingerprint()).toBe(untouched);
  });
});
