import { exitCode, messageOf, RolecallError } from '../common/errors.ts';
import { topologies, topologyNames } from '../topology/registry.ts';
import { Releasers } from '../common/releasers.ts';
import type { Context } from './context.ts';

export interface DoctorOptions {
  pg: number;
  format: 'text' | 'json';
}

/** Tries each topology on this machine and says which work, and why the others do not. */
export async function doctor({ pg, format }: DoctorOptions, { cacheDir, tempDirs, signal, answer }: Context): Promise<number> {
  const results: { topology: string; works: boolean; reason: string; next: string }[] = [];
  for (const name of topologyNames) {
    const releasers = new Releasers();
    try {
      await (await topologies[name]()).start('head', { major: pg, cacheDir, tempDirs, releasers, signal });
      results.push({ topology: name, works: true, reason: '', next: '' });
    } catch (error) {
      signal.throwIfAborted();
      results.push({ topology: name, works: false, reason: messageOf(error), next: error instanceof RolecallError ? (error.next ?? '') : '' });
    } finally {
      await releasers.release();
    }
  }
  const lines = results.map(({ topology, works, reason, next }) => `${topology.padEnd(16)} ${works ? 'works' : `does not work: ${reason}\n${' '.repeat(17)}${next}`}\n`);
  answer(format === 'json' ? `${JSON.stringify(results)}\n` : lines.join(''));
  return results.some(({ works }) => works) ? exitCode.holds : exitCode.misuse;
}
