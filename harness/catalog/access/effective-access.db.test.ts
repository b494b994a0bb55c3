import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../../testing/server.ts';
import { effectiveAccess, type Access } from './effective-access.ts';
import { pathText } from './explain.ts';
import type { Fact, FactKind } from '../fact.ts';
import { nameParts } from '../identifiers.ts';
import { snapshot } from '../snapshot.ts';

interface Answer {
  identity: string;
  kind: FactKind;
  object: string;
  privilege: string;
  inherited: boolean;
  reachable: boolean;
  usable: boolean;
  grantable: boolean;
}

const fixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const keyOf = (identity: string, kind: string, object: string, privilege: string) =>
  [identity, kind, object, privilege].join(' | ');

let server: TestServer;
let facts: Fact[];
let answers: Answer[];
let accesses: Access[];
let byKey: Map<string, Access>;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('zoo');
  await server.query(await fixture('zoo.sql'), 'zoo');
  await server.query(`set search_path = ''`, 'zoo');
  facts = await snapshot((sql) => server.query(sql, 'zoo'), server.version);
  answers = (await server.query(await fixture('server-answers.sql'), 'zoo')) as unknown as Answer[];
  accesses = effectiveAccess(facts, [...new Set(answers.map((answer) => answer.identity))]);
  byKey = new Map(
    accesses.map((access) => [keyOf(access.identity, access.kind, access.object, access.privilege), access]),
  );
});
afterAll(() => server.stop());

/** What we say on the question that an answer of the server is to. */
function ours({
  identity,
  kind,
  object,
  privilege,
}: Answer): Omit<Answer, 'identity' | 'kind' | 'object' | 'privilege'> {
  const find = (...[what, name, right]: [string, string, string]) => byKey.get(keyOf(identity, what, name, right));
  const table = nameParts(object).slice(0, 2).join('.');
  const said = [find(kind, object, privilege), kind === 'column' ? find('table', table, privilege) : undefined].filter(
    (a) => a !== undefined,
  );
  const owns = kind === 'column' ? find('table', table, 'OWNER') : find(kind, object, 'OWNER');
  const inherited = said.flatMap(({ paths }) => paths).filter(({ assumed }) => assumed === 'inherited');
  return {
    inherited: inherited.length > 0,
    reachable: said.length > 0,
    usable: said.some(({ usable }) => usable),
    // An owner may grant even what it took from itself.
    grantable: inherited.some(({ grantable }) => grantable) || (inherited.length > 0 && ownsNow(owns)),
  };
}

const ownsNow = (owns: Access | undefined) => owns?.paths.some(({ assumed }) => assumed === 'inherited') ?? false;

function words(identity: string, privilege: string, object: string): string[] {
  const found = accesses.find((a) => a.identity === identity && a.privilege === privilege && a.object === object);
  return (found?.paths ?? []).map((path) => pathText(path, privilege, object));
}

describe('effective access', () => {
  it('asks the server enough', () => {
    expect(answers.length).toBeGreaterThan(1500);
    expect(answers.filter((answer) => answer.inherited).length).toBeGreaterThan(200);
    expect(answers.filter((answer) => answer.reachable && !answer.inherited).length).toBeGreaterThan(50);
    expect(answers.filter((answer) => answer.reachable && !answer.usable).length).toBeGreaterThan(40);
  });

  it.each(['inherited', 'reachable', 'usable', 'grantable'] as const)(
    'agrees with the server on what is %s',
    (asked) => {
      const disagreements = answers
        .filter((answer) => ours(answer)[asked] !== answer[asked])
        .map((a) => `${keyOf(a.identity, a.kind, a.object, a.privilege)}: the server says ${String(a[asked])}`);
      expect(disagreements).toEqual([]);
    },
  );

  it('claims nothing that the server was not asked about', () => {
    const asked = new Set(answers.map((a) => keyOf(a.identity, a.kind, a.object, a.privilege)));
    expect([...byKey.keys()].filter((key) => !asked.has(key))).toEqual([]);
  });

  it('says how', () => {
    expect(words('inherit_only', 'SELECT', 'shop.granted')).toEqual([
      'via inherit_only → nested → reader (granted by postgres)',
    ]);
    expect(words('set_then_inherit', 'SELECT', 'shop.granted')).toEqual([
      'via SET ROLE set_then_inherit → set_only → reader (granted by postgres)',
    ]);
    expect(words('nested', 'SELECT', 'shop.deputised')).toEqual(['directly, granted by deputy']);
    expect(words('column_reader', 'SELECT', 'shop.plain."na.me"')).toEqual([
      'directly, granted by postgres, on column "na.me" only, with grant option',
      'via PUBLIC (granted by postgres), on column "na.me" only',
    ]);
    expect(words('owner_member', 'INSERT', 'closed.owned')).toEqual(['via owner_role, the owner']);
    expect(words('late_reader', 'SELECT', 'shop.stored')).toEqual([
      'via SET ROLE, predefined role pg_read_all_data (late_reader → all_reader → pg_read_all_data)',
    ]);
  });
});
