import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { check } from '../commands/check.ts';
import { diff } from '../commands/diff.ts';
import { report } from '../commands/report.ts';
import { verify } from '../commands/verify.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { targetOf } from '../postgres/target.ts';
import { repository } from '../testing/cli.ts';
import { contractFile, startTestHead, testContext, type TestHead } from '../testing/head.ts';
import { quoteLiteral } from '../postgres/quote.ts';

const password = `h0st"ile'p@ss:w/rd%21`;
let head: TestHead;
let folder: string;
let out: string;
let pack: string;
let files: Map<string, string>;
let privateKey: string;
let publicKey: string;

beforeAll(async () => {
  head = await startTestHead();
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-check-pack-'));
  out = path.join(folder, 'reports');
  const keys = generateKeyPairSync('ed25519');
  [privateKey, publicKey] = [path.join(folder, 'key'), path.join(folder, 'key.pub')];
  await writeFile(privateKey, keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(publicKey, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  await head.superuser.script(
    `alter role app_user password ${quoteLiteral(password)}; create role app_looker superuser login password ${quoteLiteral(password)}`,
  );
  const { context, answered } = testContext();
  const code = await check(
    {
      contract: contractFile,
      url: as('app_looker'),
      login: [`app_user=${as('app_user')}`],
      out,
      key: privateKey,
      format: 'json',
    },
    context,
  );
  const checked = JSON.parse(answered()) as { pack: string; verdict: { reasons: string[]; exit_code: number } };
  ({ pack } = checked);
  expect(checked.verdict.exit_code).toBe(code);
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  files = new Map(
    await Promise.all(
      names
        .filter((one) => one.isFile() && !['key', 'key.pub'].includes(one.name))
        .map(async (one) => {
          const file = path.join(one.parentPath, one.name);
          return [path.relative(folder, file), await readFile(file, 'utf8')] as const;
        }),
    ),
  );
});
afterAll(async () => {
  await head.stop();
  await rm(folder, { recursive: true });
});

/** The URL of a role with the hostile password. */
function as(role: string): string {
  const url = new URL(head.urls.superuser);
  return `postgresql://${role}:${encodeURIComponent(password)}@${url.host}${url.pathname}`;
}

it('holds what was seen of a live database, and says that no baseline was looked at', async () => {
  const evidence = await readEvidence(pack);
  expect(evidence.run).toMatchObject({ kind: 'check', topology: 'live', isolation: 'one-database' });
  expect(evidence.run.id).toMatch(/^[\w.-]+-check-pg16-[0-9a-f]{12}$/);
  expect(evidence.phases.baseline).toMatchObject({ revision: 'not looked at', fingerprint: '', probes: [] });
  expect(evidence.phases.head.database).toBe(targetOf(head.urls.superuser, 'head').database);
  expect(evidence.truth_table.length).toBeGreaterThan(0);
  expect(evidence.truth_table.filter((row) => 'baseline_allowed' in row)).toEqual([]);
  expect(evidence.assertions.length).toBeGreaterThan(0);
  expect(evidence.assertions.filter((one) => 'baseline' in one || 'change' in one)).toEqual([]);
  expect(evidence.fail_closed.length).toBeGreaterThan(0);
  expect(evidence.verdict.proof.not_seen).toEqual(expect.any(Array));
  const names = [...files.keys()].filter((name) => !name.includes('/tap/')).map((name) => path.basename(name));
  expect(names.toSorted()).toEqual([
    'INDEX.md',
    'attestation.json',
    'evidence.json',
    'index.head.json',
    'index.jsonl',
    'junit.xml',
    'manifest.json',
    'privilege-probe.head.txt',
    'privileges.head.txt',
    'report.html',
    'report.md',
    'sarif.json',
    'versions.txt',
  ]);
  const text = files.get(path.relative(folder, path.join(pack, 'report.md')))!;
  expect(text).toContain('not looked at');
  expect(text).not.toMatch(/## (?:Privilege diff|Deficiencies|Build paths|Controls)/);
  expect(text).toContain('rolecall check');
  expect(files.get('reports/index.jsonl')).toContain('"baseline":"not looked at"');
});

it('names no password, host, port or URL of the database in any file', () => {
  const { host, port } = targetOf(as('app_user'), 'it');
  const inJson = JSON.stringify(password).slice(1, -1);
  for (const [name, text] of files) {
    for (const secret of [password, encodeURIComponent(password), inJson, host]) {
      expect(text.includes(secret), `${name} has ${secret}`).toBe(false);
    }
    expect(text, name).not.toMatch(new RegExp(String.raw`(?<![\w.])${port}(?![\w.])|postgres(?:ql)?://`));
  }
});

it('is verified with the key that signed it, and rendered again', async () => {
  const verified = testContext();
  expect([await verify(pack, { format: 'text', key: publicKey }, verified.context), verified.answered()]).toEqual([
    0,
    expect.stringContaining('Signed with the key'),
  ]);
  const again = path.join(folder, 'again');
  expect(await report(pack, { out: again, format: 'text' }, testContext().context)).toBe(0);
  for (const name of ['report.md', 'report.html', 'junit.xml', 'sarif.json']) {
    expect(await readFile(path.join(again, name), 'utf8')).toBe(await readFile(path.join(pack, name), 'utf8'));
  }
});

it('is compared with a pack of a run in what both have', async () => {
  const runs = path.join(repository, 'reports', 'runs');
  const [example] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
  const { context, answered } = testContext();
  await diff(path.join(runs, example!), pack, { format: 'json' }, context);
  const compared = JSON.parse(answered()) as {
    assertions: { removed: string[] };
    findings: { added: string[]; removed: string[] };
    not_compared: string[];
  };
  expect(compared.not_compared).toEqual([
    expect.stringContaining('baseline'),
    expect.stringMatching(/^the suites .*06_llm_grants.*: they were not run in the live database$/),
  ]);
  expect(compared.assertions.removed).toEqual([]);
  const same = testContext();
  expect(await diff(pack, pack, { format: 'text' }, same.context)).toBe(0);
  expect(same.answered()).not.toContain('not compared');
});

it('is not written without --out, and a key alone is refused', async () => {
  const options = { contract: contractFile, url: as('app_looker'), login: [], format: 'text' } as const;
  await expect(check({ ...options, login: [], key: privateKey }, testContext().context)).rejects.toThrow(
    'none is written',
  );
  const { context, answered } = testContext();
  await check({ ...options, login: [], proof: 'catalog' }, context);
  expect(answered()).not.toContain('pack ');
  expect(await readdir(path.join(out, 'runs'))).toEqual(expect.arrayContaining([path.basename(pack)]));
});
