import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';

import { smallProject } from '../../testing/small-project.ts';
import { expectNextRunPasses, expectTold, leftOnMachine, start } from '../../testing/fault.ts';

/** Why a small disk is not available here; undefined if it is. */
async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid!() !== 0) {
    return 'a small disk can be mounted by root on Linux only';
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-disk-'));
  const { exitCode, stderr } = await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], {
    reject: false,
  });
  if (exitCode === 0) {
    await execa('umount', [folder]);
  }
  await rm(folder, { recursive: true });
  return exitCode === 0 ? undefined : stderr;
}

const reason = await whyNot();
if (reason !== undefined) {
  if (process.env['ROLECALL_REQUIRE_DISKS'] === '1') {
    throw new Error(`disks are required here, and cannot be mounted: ${reason}`);
  }
  process.stderr.write(`skipped, a disk that is full: ${reason}\n`);
}

/** A disk of that size, mounted for one test. */
async function disk(size: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-disk-'));
  await execa('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', folder]);
  onTestFinished(async () => {
    await execa('umount', [folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

describe.skipIf(reason !== undefined)(
  `a disk that is full${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    it('before the run is refused, with what is free and what is needed', async () => {
      const folder = await disk('64m');
      await using project = await smallProject();
      const run = start(project, ['run'], { ROLECALL_TEMP_DIR: folder });
      expectTold(
        await run.ended,
        /no folder can hold a temporary database server\n- \S+: 64 MiB free, 512 needed/,
        /ROLECALL_TEMP_DIR/,
      );
      expect(await readdir(folder)).toEqual([]);
    });

    it('under the data of a server ends the run, and says where', async () => {
      const folder = await disk('560m');
      const seed = `create table public.filler (data text); alter table public.filler alter column data set storage external;
      insert into public.filler select repeat('x', 1000000) from generate_series(1, 700);\n`;
      await using project = await smallProject({
        'db/contract.yaml': (text) => `${text}seeds: seeds\n`,
        'db/seeds/1_filler.sql': seed,
      });
      const run = start(project, ['run'], { ROLECALL_TEMP_DIR: folder });
      const ended = await run.ended;
      expectTold(
        ended,
        /^rolecall: the disk is full: the server keeps its data in \S+\/rolecall-\d+-[\w-]+\/data\n/m,
        /Free some space.*ROLECALL_TEMP_DIR/,
      );
      expect(ended.stderr).toContain(`data in ${folder}/`);
      expect(await readdir(folder)).toEqual([]);
      expect(await leftOnMachine(run.pid, [folder])).toEqual([]);
      await expectNextRunPasses();
    });

    it('under the cache ends the run, and says where', async () => {
      const folder = await disk('4m');
      await using project = await smallProject();
      const run = start(project, ['run'], { ROLECALL_CACHE_DIR: folder });
      expectTold(
        await run.ended,
        new RegExp(`^rolecall: the disk is full: ${folder} keeps servers and clusters`, 'm'),
        /ROLECALL_CACHE_DIR/,
      );
      expect(await leftOnMachine(run.pid)).toEqual([]);
      // Nothing unfinished is kept.
      expect((await readdir(folder, { recursive: true })).filter((name) => name.includes('postgres'))).toEqual([]);
    });

    it('while the pack is written leaves neither half a pack nor a row in the index', async () => {
      const folder = await disk('32k');
      await using project = await smallProject();
      const run = start(project, ['run', '--out', folder]);
      expectTold(
        await run.ended,
        new RegExp(`^rolecall: the disk is full: the pack could not be written to ${folder}\n`, 'm'),
        /--out/,
      );
      expect(await readdir(folder, { recursive: true })).toEqual(['runs']);
      expect(await leftOnMachine(run.pid)).toEqual([]);
    });
  },
);
