import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answersQuery, keyOf, OurAnswers, toldOf, type Answer } from '../../testing/access-answers.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { effectiveAccess, type Access } from './effective-access.ts';
import { pathText } from './explain.ts';
import type { Fact } from '../fact.ts';
import { snapshot } from '../snapshot.ts';

const fixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
let server: TestServer;
let facts: Fact[];
let answers: Answer[];
let accesses: Access[];
let ours: OurAnswers;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('zoo');
  await server.query(await fixture('zoo.sql'), 'zoo');
  await server.query(`set search_path = ''`, 'zoo');
  facts = await snapshot((sql) => server.query(sql, 'zoo'), server.version);
  const all = (await server.query(await answersQuery(16), 'zoo')) as unknown as Answer[];
  answers = toldOf(facts, all);
  accesses = effectiveAccess(facts, [...new Set(answers.map((answer) => answer.identity))]);
  ours = new OurAnswers(accesses);
});
afterAll(() => server.stop());

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

  it('agrees with the server', () => {
    expect(ours.disagreements(answers)).toEqual([]);
  });

  it('claims nothing that the server was not asked about', () => {
    const asked = new Set(answers.map((a) => keyOf(a.identity, a.kind, a.object, a.privilege)));
    expect(ours.keys().filter((key) => !asked.has(key))).toEqual([]);
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
