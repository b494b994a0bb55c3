import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { smallProject } from '../testing/small-project.ts';
import { packId, readProject } from './project.ts';

const headOf = (head: string) => (text: string) =>
  text.replace('revisions: { baseline: "1", head: "2" }', `revisions: { baseline: "1"${head} }`);

describe('the head of a project', () => {
  it.each([
    ['left out', ''],
    ['latest', ', head: latest'],
  ])('that is %s is the newest file, so that none is skipped', async (_, head) => {
    await using project = await smallProject({ 'db/contract.yaml': headOf(head) });
    await writeFile(project.file('db/migrations/10_ten.sql'), 'select 1;\n');
    const { contract, afterHead } = await readProject(project.contract);
    expect([contract.revisions.head, afterHead]).toEqual(['10', []]);
  });

  it('that is named leaves the files that are newer to be told', async () => {
    await using project = await smallProject();
    await writeFile(project.file('db/migrations/3_three.sql'), 'select 1;\n');
    await writeFile(project.file('db/migrations/10_ten.sql'), 'select 1;\n');
    expect((await readProject(project.contract)).afterHead).toEqual(['3_three.sql', '10_ten.sql']);
  });

  it('is the word that the contract gives, where a command migrates', async () => {
    const command = (head: string) => (text: string) =>
      headOf(head)(text).replace(
        '{ folder: migrations }',
        '{ command: [alembic, upgrade, "{revision}"], url_env: URL }',
      );
    await using named = await smallProject({ 'db/contract.yaml': command(', head: head') });
    await using unnamed = await smallProject({ 'db/contract.yaml': command('') });
    expect((await readProject(named.contract)).contract.revisions.head).toBe('head');
    await expect(readProject(unnamed.contract)).rejects.toThrow(
      'revisions: head is missing: write the word that the command takes for the newest revision',
    );
  });
});

describe('a path of a contract', () => {
  it('may be absolute', async () => {
    await using elsewhere = await smallProject();
    const folder = elsewhere.file('db/migrations');
    await using project = await smallProject({
      'db/contract.yaml': (text) => text.replace('folder: migrations', `folder: ${folder}`),
    });
    await writeFile(path.join(folder, '3_three.sql'), 'select 1;\n');
    const read = await readProject(project.contract);
    expect([read.resolve(folder), read.afterHead]).toEqual([folder, ['3_three.sql']]);
  });
});

describe('the id of a pack', () => {
  const { contract } = { contract: { name: 'small' } } as Parameters<typeof packId>[0];
  const idOf = (inputsSha256: string, ...built: string[]) =>
    packId({ contract, inputsSha256 }, 'embedded', '16.14 on x86_64', '0.1.0', built);

  it('is the same for the same inputs and states, and another for another state', () => {
    const id = idOf('inputs', 'before', 'after');
    expect(id).toMatch(/^small-embedded-pg16-[0-9a-f]{12}$/);
    expect(idOf('inputs', 'before', 'after')).toBe(id);
    const others = [
      idOf('other inputs', 'before', 'after'),
      idOf('inputs', 'other', 'after'),
      idOf('inputs', 'before', 'other'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
