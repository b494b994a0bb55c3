import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import type { Fact } from './fact.ts';
import { factLine, factsText, fingerprint } from './fact-text.ts';
import { harmful, harmless } from './snapshot.fixture.ts';
import { snapshot, snapshotSettings } from './snapshot.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const fixture = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

/** The facts after a change, which is rolled back. */
async function factsAfter(database: string, change = ''): Promise<Fact[]> {
  try {
    await server.query(`begin isolation level repeatable read; ${snapshotSettings} ${change}`, database);
    return await snapshot((sql) => server.query(sql, database), server.version);
  } finally {
    await server.query('rollback', database);
  }
}

describe('snapshot', () => {
  let before: Fact[];
  beforeAll(async () => {
    await server.createDatabase('head');
    await server.query(await fixture('head.sql'), 'head');
    before = await factsAfter('head');
  });

  it('gives the same text twice', async () => {
    expect(factsText(await factsAfter('head'))).toBe(factsText(before));
    expect(before.map(factLine)).toEqual(before.map(factLine).sort());
  });

  it.each(harmless)('does not mind %s', async (_, sql) => {
    const after = await factsAfter('head', sql);
    expect(after).toEqual(before);
    expect(fingerprint(after)).toBe(fingerprint(before));
  });

  it.each(harmful)('notices %s', async (_, sql, expected) => {
    const known = new Set(before.map(factLine));
    const added = (await factsAfter('head', sql)).map(factLine).filter((line) => !known.has(line));
    expect(added.map((line) => line.replaceAll('\t', ' ').slice(0, expected.length))).toContain(expected);
  });

  it('keeps the names that a fact is put together of', async () => {
    const facts = await factsAfter(
      'head',
      `create role "in x"; create role "PUBLIC"; create schema "S p"; create policy "policy p" on public.calls;
       alter default privileges for role "in x" in schema "S p" grant select on tables to app_rw;
       alter default privileges for role "PUBLIC" revoke execute on functions from public`,
    );
    expect(facts.flatMap(({ policy }) => policy ?? [])).toEqual(['mine', 'policy p', 'odd']);
    expect(facts.flatMap(({ promise, property }) => (promise === undefined ? [] : [{ ...promise, property }]))).toEqual(
      expect.arrayContaining([
        { creator: 'in x', schema: '"S p"', section: 'tables', property: 'SELECT' },
        { creator: '"PUBLIC"', schema: null, section: 'functions', property: 'replaces-default' },
      ]),
    );
  });

  it('writes no secret', async () => {
    const text = factsText(
      await factsAfter(
        'head',
        `alter role app_user password 'hunter2'; alter role app_user set app.jwt_secret = 'hunter2';
         create foreign data wrapper w options (token 'hunter2');
         create server secretive foreign data wrapper w options (password 'hunter2');
         create user mapping for app_user server secretive options (password 'hunter2')`,
      ),
    );
    expect(text).toContain('user-mapping\tsecretive\tapp_user');
    expect(text).not.toContain('hunter2');
  });
});
