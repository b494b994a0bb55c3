import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { withSession } from '../postgres/session.ts';
import { urlOf } from '../postgres/target.ts';
import { checked } from '../testing/check-head.ts';
import { startHeadOf } from '../testing/head.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';

let project: SmallProject;
let demanding: SmallProject;
let head: Awaited<ReturnType<typeof startHeadOf>>;
let url: string;
let login: string[];

beforeAll(async () => {
  project = await smallProject();
  demanding = await smallProject({ 'db/contract.yaml': (text) => `${text}proof: login\n` });
  head = await startHeadOf(project.contract);
  url = urlOf(head.built.superuser);
  login = [`app=${urlOf(head.built.logins.get('app')!)}`];
});
afterAll(async () => {
  await head.stop();
  await project[Symbol.asyncDispose]();
  await demanding[Symbol.asyncDispose]();
});

const noUrl = 'app was not tried: no URL for it; give --login app=URL';
const noStatement = 'no statement was run, only catalogs were read: the level catalog is asked for';

describe('the level of proof of check', () => {
  it('is the highest that the URLs allow, and what was not seen is listed', async () => {
    expect(await checked({ contract: project.contract, url, login })).toMatchObject({
      code: 0,
      verdict: { status: 'pass', proof: { demanded: 'full', reached: 'full', not_seen: [] } },
    });
    const { code, verdict } = await checked({ contract: project.contract, url, login: [] });
    expect([code, verdict.reasons]).toEqual([0, []]);
    expect(verdict.proof).toMatchObject({ demanded: 'catalog', reached: 'catalog', of: { 'closed-world': 'catalog' } });
    expect(verdict.proof.not_seen).toContain(noUrl);
  });

  it('is what --proof demands', async () => {
    const without = await checked({ contract: project.contract, url, login: [], proof: 'login' });
    expect(without).toMatchObject({
      code: 3,
      verdict: { status: 'inconclusive', proof: { demanded: 'login', reached: 'catalog' } },
    });
    expect(without.verdict.reasons).toContain(noUrl);
    const read = await checked({ contract: project.contract, url, login, proof: 'catalog' });
    expect(read).toMatchObject({
      code: 0,
      verdict: { proof: { demanded: 'catalog', reached: 'catalog', of: { 'closed-world': 'catalog' } } },
    });
    expect(read.verdict.proof.of).not.toHaveProperty('fail-closed');
    expect(read.verdict.proof.not_seen).toContain(noStatement);
  });

  it('is what the contract demands, unless --proof says otherwise', async () => {
    const { contract } = demanding;
    expect((await checked({ contract, url, login: [] })).verdict).toMatchObject({
      status: 'inconclusive',
      reasons: expect.arrayContaining([noUrl]) as unknown,
    });
    expect((await checked({ contract, url, login })).verdict).toMatchObject({
      status: 'pass',
      proof: { demanded: 'login', reached: 'full' },
    });
    expect((await checked({ contract, url, login: [], proof: 'catalog' })).verdict.status).toBe('pass');
  });

  it('never turns what is broken into a pass', async () => {
    const { superuser } = head.built;
    const run = (sql: string) => withSession(superuser, {}, (session) => session.script(sql));
    await run('grant delete on public.orders to app');
    try {
      expect(await checked({ contract: project.contract, url, login: [], proof: 'catalog' })).toMatchObject({
        code: 1,
        verdict: { status: 'fail', reasons: ['undeclared-access: app DELETE public.orders'] },
      });
    } finally {
      await run('revoke delete on public.orders from app');
    }
  });
});

describe('the role by which check looks', () => {
  const run = (sql: string) => withSession(head.built.superuser, {}, (session) => session.script(sql));
  const as = (role: string) => urlOf({ ...head.built.superuser, user: role, password: 'looks' });

  it.each([
    [
      'a grant',
      'grant update on public.orders to looker',
      'looker, by whom we look, has UPDATE on table public.orders',
    ],
    ['BYPASSRLS', 'alter role looker bypassrls', 'looker, by whom we look, is BYPASSRLS'],
    ['CREATEROLE and CREATEDB alone', 'alter role looker createrole createdb', undefined],
  ])('is judged as others are, unless it is a superuser: %s', async (_, damage, message) => {
    await run(`create role looker login password 'looks'; ${damage}`);
    try {
      const { code, findings } = await checked({ contract: project.contract, url: as('looker'), login: [] });
      expect([code, findings.map((one) => one.message)]).toEqual(
        message === undefined ? [0, []] : [1, [`${message}; the contract does not name it`]],
      );
    } finally {
      await run('drop owned by looker; drop role looker');
    }
  });
});
