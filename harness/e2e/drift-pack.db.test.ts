import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { diff } from '../commands/diff.ts';
import { drift } from '../commands/drift.ts';
import { review } from '../commands/review.ts';
import { verify } from '../commands/verify.ts';
import { isExecutable } from '../findings/remedy-trial.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { targetOf } from '../postgres/target.ts';
import { repository } from '../testing/cli.ts';
import { contractFile, startTestHead, testContext, type TestHead } from '../testing/head.ts';

const password = `h0st"ile'p@ss:w/rd%21`;
let head: TestHead;
let url: string;
let folder: string;
let out: string;
let privateKey: string;
let publicKey: string;

beforeAll(async () => {
  head = await startTestHead();
  await head.superuser.script(`create role app_looker superuser login password ${quoteLiteral(password)}`);
  const { host, pathname } = new URL(head.urls.superuser);
  url = `postgresql://app_looker:${encodeURIComponent(password)}@${host}${pathname}`;
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-drift-pack-'));
  out = path.join(folder, 'reports');
  const keys = generateKeyPairSync('ed25519');
  [privateKey, publicKey] = [path.join(folder, 'key'), path.join(folder, 'key.pub')];
  await writeFile(privateKey, keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(publicKey, keys.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(async () => {
  await head.stop();
  await rm(folder, { recursive: true });
});

async function drifted(options: { out?: string; key?: string } = { out, key: privateKey }) {
  const { context, answered } = testContext();
  const code = await drift(
    { contract: contractFile, url, topology: 'embedded', format: 'json', ...options },
    context,
  ).finally(() => context.releasers.release());
  return { code, ...(JSON.parse(answered()) as { pack?: string; added: object[]; removed: object[] }) };
}

const damage = `
  grant delete on public.investigations to app_ro;
  revoke select on public.llm_api_calls from app_rw;
  alter table public.investigations no force row level security;`;

it('holds both states and each difference, is signed, and its remedies put grants back', async () => {
  await head.superuser.script(damage);
  const { code, pack, added, removed } = await drifted();
  expect(code).toBe(1);
  const evidence = await readEvidence(pack!);
  expect(evidence.run).toMatchObject({ kind: 'drift', topology: 'built-and-live' });
  expect(evidence.phases.baseline.revision).toMatch(/, as built$/);
  expect(evidence.phases.head.database).toBe(targetOf(url, 'it').database);
  expect(evidence.privilege_diff).toEqual({ added, removed });
  expect(evidence.access_map!.ways.length).toBeGreaterThan(0);
  expect(evidence.verdict).toMatchObject({
    status: 'fail',
    exit_code: 1,
    proof: { demanded: 'catalog', reached: 'catalog' },
  });
  // The superuser that looks is one more role with power over the cluster.
  expect(evidence.verdict.reasons.filter((reason) => !reason.includes('app_looker'))).toEqual([
    'drifted: table row-security public.investigations',
    'drifted: app_ro DELETE public.investigations',
    'drifted: app_rw SELECT public.llm_api_calls',
  ]);
  const report = await readFile(path.join(pack!, 'report.md'), 'utf8');
  expect(report).toContain('The live database has drifted.');
  expect(report).toContain('rolecall drift');
  expect(report).toMatch(/## Privilege diff/);
  expect(report).not.toMatch(/## (?:Deficiencies|Build paths|Controls|Truth table|Least-privilege tests)/);
  for (const phase of ['baseline', 'head'] as const) {
    const facts = await readFile(path.join(pack!, `privileges.${phase}.txt`), 'utf8');
    expect(facts.split('\n').length).toBeGreaterThan(100);
  }
  const verified = testContext();
  expect([await verify(pack!, { format: 'text', key: publicKey }, verified.context), verified.answered()]).toEqual([
    0,
    expect.stringContaining('Signed with the key'),
  ]);

  const remedies = evidence.findings.filter((finding) => isExecutable(finding)).map(({ remedy }) => remedy);
  expect(remedies).toHaveLength(2);
  await head.superuser.script(remedies.join(' '));
  await head.superuser.script('alter table public.investigations force row level security');
  const { added: left, removed: lost } = await drifted({});
  expect([left.filter((fact) => !JSON.stringify(fact).includes('app_looker')), lost]).toEqual([[], []]);
});

it('prints SQL that puts back grant options, columns and owners, also where more hangs on them', async () => {
  await head.superuser.script(`
    create role "we""ird";
    grant update on public.investigations to "we""ird" with grant option;
    set role "we""ird"; grant update on public.investigations to app_ro; reset role;
    grant insert on public.llm_api_calls to app_rw with grant option;
    alter table public.llm_monthly_costs owner to "we""ird";
    alter function security.list_tenant_ids() owner to "we""ird";
    create extension "uuid-ossp"`);
  const { pack } = await drifted();
  const { findings } = await readEvidence(pack!);
  const [sql, words] = [true, false].map((is) => findings.filter((finding) => isExecutable(finding) === is));
  expect(sql!.map(({ remedy }) => remedy)).toEqual([
    'REVOKE UPDATE ON TABLE public.investigations FROM "we""ird" CASCADE;',
    'REVOKE GRANT OPTION FOR INSERT ON TABLE public.llm_api_calls FROM "app_rw";',
    'ALTER TABLE public.llm_monthly_costs OWNER TO "postgres";',
    'ALTER FUNCTION security.list_tenant_ids() OWNER TO "app_security";',
  ]);
  expect(words!.map(({ message }) => message).filter((message) => !message.includes('app_looker'))).toEqual([
    'live only: UPDATE on table public.investigations to app_ro, granted by we"ird',
    expect.stringMatching(/^live only: extension uuid-ossp: \d+ objects, \d+ facts$/),
    'live only: role we"ird: inherit',
  ]);
  await head.superuser.script(
    [...sql!.map(({ remedy }) => remedy), 'drop extension "uuid-ossp"; drop role "we""ird"'].join(' '),
  );
  const { added, removed } = await drifted({});
  expect([added.filter((fact) => !JSON.stringify(fact).includes('app_looker')), removed]).toEqual([[], []]);
});

it('names no password, host or port of the database in any file', async () => {
  const { host, port } = targetOf(url, 'it');
  const names = await readdir(out, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile());
  expect(files.length).toBeGreaterThan(8);
  for (const { parentPath, name } of files) {
    const text = await readFile(path.join(parentPath, name), 'utf8');
    for (const secret of [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1), host]) {
      expect(text.includes(secret), `${name} has ${secret}`).toBe(false);
    }
    expect(text, name).not.toMatch(new RegExp(String.raw`(?<![\w.])${port}(?![\w.])`));
  }
});

it('is compared with a pack of a run in the privileges alone', async () => {
  const runs = path.join(repository, 'reports', 'runs');
  const [example] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
  const [pack] = await readdir(path.join(out, 'runs'));
  const { context, answered } = testContext();
  const code = await diff(path.join(runs, example!), path.join(out, 'runs', pack!), { format: 'json' }, context);
  const compared = JSON.parse(answered()) as {
    findings: object;
    privileges: { added: string[]; removed: string[] };
    not_compared: string[];
    ruler: { weaker: string[] };
  };
  expect(compared.privileges.removed.filter((line) => line.includes('\tpg_'))).toEqual([]);
  expect(compared.privileges.added).toContainEqual(expect.stringContaining('app_looker'));
  expect(compared.findings).toEqual({ added: [], removed: [] });
  // A drift asks for the catalogs alone, which is less than a run asks for.
  expect([code, compared.ruler.weaker]).toEqual([1, ['the level of proof that is demanded is catalog, it was full']]);
  expect(compared.not_compared).toEqual([expect.stringContaining('the pack after is of a drift')]);
});

it('is not reviewed, for it says nothing of who needs what', async () => {
  const [pack] = await readdir(path.join(out, 'runs'));
  await expect(
    review(path.join(out, 'runs', pack!), { contract: contractFile }, testContext().context),
  ).rejects.toThrow('is of a drift');
});

it('is not written without --out, and a key alone is refused', async () => {
  await expect(drifted({ key: privateKey })).rejects.toThrow('none is written');
  expect(await drifted({})).not.toHaveProperty('pack');
});
