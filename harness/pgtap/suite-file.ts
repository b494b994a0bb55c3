import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import { sqlFilesIn } from '../common/sql-files.ts';

/** A pgTAP file and what its header says. */
export interface SuiteFile {
  /** The file's stem: `02_tenants_denied`. */
  stem: string;
  file: string;
  sql: string;
  /** Identity that its header names; undefined where it has none, and the superuser runs it. */
  as: string | undefined;
  /** `login`: over a real connection of that role. */
  session: 'login' | 'superuser';
  why: string;
  remedy: string;
}

/**
 * The suites of a folder, in order. `roles` are those a header may name, with the session that stands for each. All bad
 * headers are refused in one `bad-suite` error.
 */
export async function discoverSuites(
  folder: string,
  roles: ReadonlyMap<string, SuiteFile['session']>,
): Promise<SuiteFile[]> {
  const faults: string[] = [];
  const suites: SuiteFile[] = [];
  for (const file of await sqlFilesIn(folder)) {
    const sql = await readFile(file, 'utf8');
    const header = readHeader(file, sql, faults);
    const as = header.get('as');
    if (as !== undefined && !roles.has(as.value)) {
      faults.push(`${file}:${as.line}: ${as.value} is no login and no migrator of the contract`);
    }
    suites.push({
      stem: path.basename(file, '.sql'),
      file,
      sql,
      as: as?.value,
      session: as === undefined ? 'superuser' : (roles.get(as.value) ?? 'superuser'),
      why: header.get('why')?.value ?? '',
      remedy: header.get('remedy')?.value ?? '',
    });
  }
  if (faults.length > 0) {
    throw new RolecallError('bad-suite', {
      message: `suites with faults\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
      next: 'A header line reads `--! as: identity`, `--! why: …` or `--! remedy: …`.',
    });
  }
  return suites;
}

const known = new Set(['as', 'why', 'remedy']);

/** Header lines `--! key: value` at the top of a file. */
function readHeader(file: string, sql: string, faults: string[]): Map<string, { value: string; line: number }> {
  const header = new Map<string, { value: string; line: number }>();
  for (const [index, text] of sql.split('\n').entries()) {
    if (!text.startsWith('--') && text.trim() !== '') {
      break;
    }
    const [, key, value] = /^--!\s*([\w-]+)\s*:\s*(.*\S)\s*$/.exec(text) ?? [];
    if (key !== undefined && value !== undefined) {
      if (!known.has(key)) {
        faults.push(`${file}:${index + 1}: unknown header key ${key}`);
      } else if (header.has(key)) {
        faults.push(`${file}:${index + 1}: ${key} is there twice`);
      }
      header.set(key, { value, line: index + 1 });
    } else if (text.startsWith('--!')) {
      faults.push(`${file}:${index + 1}: not a header line: ${text}`);
    }
  }
  return header;
}
