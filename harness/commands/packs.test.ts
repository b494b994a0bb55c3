import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Evidence } from '../pack/evidence.ts';
import { writePack } from '../pack/write-pack.ts';
import { packFiles } from '../render/pack-files.ts';
import { evidence, proven } from '../render/evidence.fixture.ts';
import { testContext } from '../testing/head.ts';
import type { Context } from './context.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { report } from './report.ts';
import { verify } from './verify.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-packs-'));
});
afterEach(() => rm(out, { recursive: true }));

const silent = { log: '', version: '', artefacts: new Map<string, string>() };
const packed = (id: string, content: Evidence) => {
  const named = { ...content, run: { ...content.run, id } };
  return writePack(
    out,
    named,
    packFiles(named, {
      facts: { baseline: [], head: [{ kind: 'table', object: id, role: 'app', property: 'SELECT', detail: {} }] },
      servers: { baseline: silent, head: silent },
    }),
  );
};
async function answerOf(command: (context: Context) => Promise<number>): Promise<{ code: number; text: string }> {
  const { context, answered } = testContext();
  return { code: await command(context), text: answered() };
}

describe('verify', () => {
  it('accepts an unchanged pack', async () => {
    const pack = await packed('good', proven);
    const { code, text } = await answerOf((context) => verify(pack, { format: 'text' }, context));
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(
        /^\d+ files are as the manifest says, the verdict follows from the data \(the report was not rendered again: .*\), and the index holds\nThe pack is unsigned: /,
      ),
    ]);
  });

  it('names a changed file, and detects a changed manifest by the index', async () => {
    const pack = await packed('good', proven);
    await appendFile(path.join(pack, 'report.md'), 'more');
    expect(await answerOf((context) => verify(pack, { format: 'json' }, context))).toEqual({
      code: 1,
      text: `${JSON.stringify({ pack, intact: false, faults: ['report.md has been changed'], signature: { state: 'unsigned', keys: [] } })}\n`,
    });
    await appendFile(path.join(pack, 'manifest.json'), '\n');
    expect((await answerOf((context) => verify(pack, { format: 'text' }, context))).text).toBe(
      'report.md has been changed\nthe index knows another manifest of good\nThe pack is unsigned: that nobody made it up, nothing here shows.\n',
    );
  });

  it('refuses a folder that is not a pack', async () => {
    await expect(answerOf((context) => verify(out, { format: 'text' }, context))).rejects.toThrow(
      expect.objectContaining({ code: 'bad-pack', exit: 2 }),
    );
  });
});

describe('diff', () => {
  it('exits with 1 if the second pack is worse, and with 0 if it is better or the same', async () => {
    const [good, bad] = [await packed('good', proven), await packed('bad', evidence)];
    const worse = await answerOf((context) => diff(good, bad, { format: 'text' }, context));
    expect(worse.code).toBe(1);
    expect(worse.text).toContain('verdict pass → fail\n');
    expect(worse.text).toContain('privileges + table bad app SELECT\nprivileges - table good app SELECT\n');
    expect(worse.text).toMatch(/^findings \+ undeclared-/m);
    expect((await answerOf((context) => diff(bad, bad, { format: 'json' }, context))).code).toBe(0);
    const better = await answerOf((context) => diff(bad, good, { format: 'json' }, context));
    expect([better.code, (JSON.parse(better.text) as { findings: { added: string[] } }).findings.added]).toEqual([
      0,
      [],
    ]);
  });
});

describe('report', () => {
  it('renders a pack to another folder exactly as it was', async () => {
    const pack = await packed('good', evidence);
    const again = path.join(out, 'again');
    const { code, text } = await answerOf((context) => report(pack, { out: again, format: 'text' }, context));
    expect([
      code,
      text
        .split('\n')
        .filter(Boolean)
        .map((file) => path.basename(file)),
    ]).toEqual([0, ['report.md', 'report.html', 'junit.xml', 'sarif.json']]);
    for (const name of await readdir(again)) {
      expect(await readFile(path.join(again, name), 'utf8')).toBe(await readFile(path.join(pack, name), 'utf8'));
    }
  });
});

describe('explain', () => {
  it('says of a code what it means and what to do, and lists them all', async () => {
    expect(await answerOf((context) => explain('undeclared-role', { format: 'text' }, context))).toEqual({
      code: 0,
      text: expect.stringMatching(
        /^undeclared-role.*: A role that the contract does not name .*\n\nIt says, for example:\n {2}.+\n\n.+\n\nExample:\n {2}CREATE ROLE .+\n\nRemedy: .+\n {2}REVOKE .+\n$/,
      ),
    });
    const all = JSON.parse((await answerOf((context) => explain(undefined, { format: 'json' }, context))).text) as {
      code: string;
    }[];
    expect(all.map(({ code }) => code)).toEqual(expect.arrayContaining(['policy-always-true', 'undeclared-access']));
    expect(all.map(({ code }) => code)).toEqual(all.map(({ code }) => code).toSorted());
  });

  it('says of unproven, which is not a finding but can be accepted, what it means', async () => {
    expect(await answerOf((context) => explain('unproven', { format: 'text' }, context))).toEqual({
      code: 0,
      text: expect.stringMatching(/^unproven: What was tried .*\n\n.+\n\nRemedy: .+`accepted`.+\n$/s),
    });
    const { text } = await answerOf((context) => explain(undefined, { format: 'text' }, context));
    expect(text).toMatch(/^unproven +What was tried/m);
  });

  it('refuses an unknown code', async () => {
    await expect(answerOf((context) => explain('toString', { format: 'text' }, context))).rejects.toThrow(
      expect.objectContaining({ code: 'bad-argument', message: 'there is no code toString' }),
    );
  });
});
