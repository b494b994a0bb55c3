import { execa } from 'execa';
import { describe, expect } from 'vitest';

import { isAlive } from '../process/owner.ts';
import { Releasers } from '../process/releasers.ts';
import { runLabel } from '../topology/docker/labels.ts';
import type { TopologyOptions } from '../topology/topology.ts';
import { testCacheDir, testTempDirs } from './server.ts';

/** The output of docker's command, including its message about a failure. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execa('docker', args, { stdin: 'ignore' });
  return stdout;
}

/** Why tests with these images cannot run here; undefined if they can. */
async function whyNot(images: readonly string[]): Promise<string | undefined> {
  try {
    await docker('version');
    await docker('compose', 'version');
    for (const image of images) {
      await docker('image', 'inspect', image);
    }
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n').slice(0, 2).join(': ');
  }
}

/**
 * A block of tests that start containers of these images. If they cannot run, it is skipped and its name says why; with
 * ROLECALL_REQUIRE_CONTAINERS=1 that is a failure.
 */
export async function describeContainers(name: string, images: readonly string[], tests: () => void): Promise<void> {
  const reason = await whyNot(images);
  if (reason === undefined) {
    describe(name, tests);
  } else if (process.env['ROLECALL_REQUIRE_CONTAINERS'] === '1') {
    throw new Error(`${name}: containers are required here, and cannot be started: ${reason}`);
  } else {
    process.stderr.write(`skipped, ${name}: ${reason}\n`);
    describe.skip(`${name} (skipped: ${reason})`, tests);
  }
}

/** The process that a container or network belongs to, from our label, or from its name if a test started it by hand. */
const ownerPid = /\b(\d+)-[a-z0-9]{12}\b|\brolecall-by-hand-(\d+)\b/;

/**
 * Everything in an engine that this process, its children or an ended process could have left, as text. The engine may be shared:
 * what belongs to another live process is not ours, and neither is a volume in use.
 */
export async function engineState(): Promise<string> {
  const columns = `{{.Label "${runLabel}"}}`;
  const [containers, networks, volumes] = [
    await docker('ps', '--all', '--no-trunc', '--format', `{{.ID}} {{.Names}} ${columns}`),
    await docker('network', 'ls', '--no-trunc', '--format', `{{.ID}} {{.Name}} ${columns}`),
    await docker('volume', 'ls', '--filter', 'dangling=true', '--format', '{{.Name}}'),
  ];
  const ours: string[] = [];
  for (const line of `${containers}\n${networks}`.split('\n')) {
    const [, byLabel, byName] = ownerPid.exec(line) ?? [];
    const pid = Number(byLabel ?? byName ?? Number.NaN);
    if (Number.isInteger(pid) && (!isAlive(pid) || (await descends(pid)))) {
      ours.push(line);
    }
  }
  return [...ours.toSorted(), '--', volumes].join('\n');
}

/** Whether a process is this one or one of its descendants. */
async function descends(pid: number): Promise<boolean> {
  for (let at = pid; at > 1;) {
    if (at === process.pid) {
      return true;
    }
    const { stdout } = await execa('ps', ['-o', 'ppid=', '-p', String(at)], { reject: false });
    at = Number(stdout.trim());
  }
  return false;
}

/** The options of a topology in a test. */
export function topologyOptions(more: Partial<TopologyOptions> = {}): TopologyOptions {
  return {
    major: 16,
    cacheDir: testCacheDir,
    tempDirs: testTempDirs,
    env: process.env,
    releasers: new Releasers(),
    signal: new AbortController().signal,
    ...more,
  };
}

/** Runs `work` and expects the engine to keep nothing of it. */
export async function leavingNothing(work: () => Promise<void>): Promise<void> {
  const before = await engineState();
  await work();
  expect(await engineState()).toBe(before);
}

/** An image for a test, based on the stock one and removed with `docker rmi`. */
export async function buildImage(tag: string, lines: string): Promise<void> {
  await execa('docker', ['build', '--quiet', '--tag', tag, '-'], { input: `FROM postgres:16\n${lines}\n` });
}
