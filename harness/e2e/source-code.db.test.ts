import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { run } from '../commands/run.ts';
import { parseEvidence } from '../pack/evidence-text.ts';
import { testContext } from '../testing/head.ts';
import { smallProject } from '../testing/small-project.ts';

const sources = {
  'src/orders.ts': `export class Orders {
  list = () => sql\`select id, item from orders where item = \${item}\`;
  place = () => sql\`insert into public.orders (item) values (\${item})\`;
}
`,
  'src/vendor/bundle.js': 'x'.repeat(2_000_001),
};

/** A run of the small project with source code. `edit` changes its contract. */
async function runWith(more: Record<string, string>, edit: (contract: string) => string = (text) => text) {
  await using project = await smallProject({
    'db/contract.yaml': (text) =>
      edit(
        text
          .replace('identities:', 'code: { root: .., include: ["src/**/*"], exclude: ["src/vendor/**"] }\nidentities:')
          .replace(
            '{ app: [SELECT, INSERT] }',
            '{ app: [SELECT, INSERT] }, needs: [{ identity: app, access: [SELECT, INSERT], required_by: src/orders.ts#place }]',
          ),
      ),
    ...sources,
    ...more,
  });
  const { context, answered } = testContext({ PATH: process.env['PATH']! });
  const exit = await run(
    { contract: project.contract, topology: 'embedded', out: project.file('reports'), reporter: [], format: 'json' },
    context,
  ).finally(() => context.releasers.release());
  const { pack } = JSON.parse(answered()) as { pack: string };
  const evidence = parseEvidence(await readFile(`${pack}/evidence.json`, 'utf8'));
  return { exit, evidence, report: await readFile(`${pack}/report.md`, 'utf8') };
}

describe('a run of a project that says where its source code is', () => {
  it('passes where it is as needs say', async () => {
    const { exit, evidence, report } = await runWith({});
    expect([exit, evidence.findings]).toEqual([0, []]);
    expect(evidence.truth_table.map((row) => row.required_by_checked)).toEqual(['checked']);
    expect(report).toContain('src/orders.ts&#35;place<br>✓ checked |');
  });

  it('fails where it is not, and says where', async () => {
    const { exit, evidence, report } = await runWith({ 'src/orders.ts': 'export class Orders {}\n' });
    expect([exit, evidence.findings.map(({ code, message }) => `${code}: ${message}`)]).toEqual([
      1,
      [
        'required-by-not-there: app is given SELECT/INSERT on public.orders for code that is not there as required_by says: src/orders.ts has no place',
      ],
    ]);
    expect(evidence.truth_table.map((row) => row.required_by_checked)).toEqual(['missing']);
    expect(report).toContain('missing |');
  });

  it('fails where SQL in it needs what the identity is not given, and tells what it is unsure of', async () => {
    const { exit, evidence, report } = await runWith(
      {
        'src/orders.ts': `${sources['src/orders.ts']}export const clear = 'delete from orders';\n`,
        'src/worker/run.py': 'query("""\n  update orders set item = %s where id = %s""")\n',
        'src/other.ts': 'f(`select * from ${table}`);\nf("insert into orders values (1");\n',
      },
      (text) => text.replace('code: {', 'code: { identities: { "src/worker/**": app },'),
    );
    expect(exit).toBe(1);
    const forbidden = (privilege: string, place: string) =>
      `code-needs-forbidden: app runs SQL that needs ${privilege} on public.orders, which the contract gives it by no grant: ${place}`;
    expect(evidence.findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      forbidden('DELETE', 'src/orders.ts:5'),
      forbidden('UPDATE', 'src/worker/run.py:2'),
    ]);
    expect(evidence.findings[1]!.location).toEqual({
      file: expect.stringMatching(/\/src\/worker\/run\.py$/),
      line: 2,
    });
    const other = [1, 2].map((line) => ({ file: 'src/other.ts', line }));
    expect(evidence.source_code).toMatchObject({ files: 3, sql: 6, unsure: other, without_identity: other });
    expect(report).toContain('- 2 texts of SQL unsure: not read, or with names that are filled in: src/other.ts:1');
  });

  it('says that nothing was checked where the contract says nothing of it', async () => {
    const { exit, evidence, report } = await runWith({}, (text) => text.replace(/^code:.*\n/m, ''));
    expect([exit, evidence.truth_table.map((row) => row.required_by_checked)]).toEqual([0, [undefined]]);
    expect(report).toContain('src/orders.ts&#35;place<br>– not checked |');
  });
});
