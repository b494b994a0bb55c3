import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { factsText } from '../catalog/fact-text.ts';
import { factsOf } from '../pipeline/head-state.ts';
import { connect } from '../postgres/session.ts';
import { targetOf } from '../postgres/target.ts';
import { contractFile, startTestHead, type TestHead } from '../testing/head.ts';
import { faults, loginFaults, observe } from '../testing/mutants.ts';

describe('mutants', () => {
  let head: TestHead;
  beforeAll(async () => {
    head = await startTestHead();
  });
  afterAll(() => head.stop());

  const serverOf = () => connect(targetOf(head.urls.superuser.replace(/\/[^/?]*(\?|$)/, '/postgres$1'), 'head'));

  it('of our own head run, change a fact each, and are many', async () => {
    const observed = await observe(head.superuser, await readFile(contractFile, 'utf8'));
    const ids = observed.mutants.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(150);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(await faults(head.superuser, observed)).toEqual([]);
    expect(factsText(await factsOf(head.superuser, observed.version))).toBe(observed.text);
  }, 120_000);

  it('for a real login change a fact of a copy, and can be undone', async () => {
    const observed = await observe(head.superuser, await readFile(contractFile, 'utf8'));
    const server = await serverOf();
    const template = head.superuser.target.database;
    await head.superuser.close();
    try {
      expect(observed.mutants.some(({ isolation }) => isolation === 'login')).toBe(true);
      expect(await loginFaults(server, observed, template)).toEqual([]);
    } finally {
      await server.close();
    }
  }, 120_000);
});
