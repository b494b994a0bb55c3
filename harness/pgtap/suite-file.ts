import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import { sqlFilesIn } from '../common/sql-files.ts';
import { parseClaim, type WitnessClaim } from './witness-claim.ts';

/** A pgTAP file and what its header says. */
export interface SuiteFile {
  /** The file's name without its extension: `02_tenants_denied`. */
  stem: string;
  file: string;
  sql: string;
  /** The identity, or session of the contract, that its header names; undefined without one: the superuser then runs it. */
  as: string | undefined;
  /** `login`: over a real connection of that role, or of the login of that session. */
  session: 'login' | 'superuser';
  /** How the login becomes the session that the header names; absent if it names none. */
  opened?: OpenedSession;
  why: string;
  remedy: string;
  /** What each of its assertions is a witness of; absent if the header declares nothing. */
  witnesses?: WitnessClaim[];
}

/** A session of the contract, as the own tenant. */
export interface OpenedSession {
  login: string;
  /** The role that it assumes; null if it assumes none. */
  role: string | null;
  /** Statements in its transaction by which it becomes that session. */
  become: readonly string[];
}

/** The login whose connection runs a suite; undefined if the superuser runs it. */
export function loginOf({ session, opened, as }: Pick<SuiteFile, 'session' | 'opened' | 'as'>): string | undefined {
  return session === 'login' ? (opened?.login ?? as) : undefined;
}

/** The roles that a suite runs as: the login, and the one that it assumes. */
export function rolesOf(suite: Pick<SuiteFile, 'session' | 'opened' | 'as'>): string[] {
  return [loginOf(suite), suite.opened?.role].filter((role) => role != null);
}

/** What a header may name. */
export interface SuiteContext {
  /** Roles that it may name, with the kind of session for each. */
  roles: ReadonlyMap<string, SuiteFile['session']>;
  /** Sessions of the contract that it may name. @default none */
  sessions?: ReadonlyMap<string, OpenedSession>;
  /** Whether the truth table has the rows of a claim. */
  hasRows(claim: WitnessClaim): boolean;
}

/** The suites of a folder, in order. Refuses all bad headers in one `bad-suite` error. */
export async function discoverSuites(
  folder: string,
  { roles, sessions = new Map(), hasRows }: SuiteContext,
): Promise<SuiteFile[]> {
  const faults: string[] = [];
  const suites: SuiteFile[] = [];
  for (const file of await sqlFilesIn(folder)) {
    const sql = await readFile(file, 'utf8');
    const { values: header, claims } = readHeader(file, sql, faults);
    const as = header.get('as');
    const opened = as === undefined ? undefined : sessions.get(as.value);
    if (as !== undefined && opened === undefined && !roles.has(as.value)) {
      faults.push(`${file}:${as.line}: ${as.value} is not a login, a session or a migrator of the contract`);
    }
    for (const { claim, line } of claims.filter((one) => !hasRows(one.claim))) {
      const row = `${claim.identity} ${claim.privileges.join('/')} ${claim.object}`;
      faults.push(`${file}:${line}: the contract has no need and no denial ${row}`);
    }
    suites.push({
      stem: path.basename(file, '.sql'),
      file,
      sql,
      as: as?.value,
      session: opened !== undefined ? 'login' : as === undefined ? 'superuser' : (roles.get(as.value) ?? 'superuser'),
      ...(opened === undefined ? {} : { opened }),
      why: header.get('why')?.value ?? '',
      remedy: header.get('remedy')?.value ?? '',
      ...(claims.length === 0 ? {} : { witnesses: claims.map(({ claim }) => claim) }),
    });
  }
  if (faults.length > 0) {
    throw new RolecallError('bad-suite', {
      message: `suites with faults\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
      next: 'A header line reads `--! as: identity` (or a session), `--! why: …`, `--! remedy: …` or `--! witness: identity PRIVILEGE object`.',
    });
  }
  return suites;
}

const known = new Set(['as', 'why', 'remedy']);

interface Header {
  values: Map<string, { value: string; line: number }>;
  claims: { claim: WitnessClaim; line: number }[];
}

/** Header lines `--! key: value` at the top of a file. `witness` may occur more than once. */
function readHeader(file: string, sql: string, faults: string[]): Header {
  const header: Header = { values: new Map(), claims: [] };
  let isBody = false;
  for (const [index, text] of sql.split('\n').entries()) {
    const fault = (message: string) => faults.push(`${file}:${index + 1}: ${message}`);
    isBody ||= !text.startsWith('--') && text.trim() !== '';
    const [, key, value] = /^--!\s*([\w-]+)\s*:\s*(.*\S)\s*$/.exec(text) ?? [];
    if (isBody) {
      if (key === 'witness') {
        fault(`a witness is declared in the header, or by its assertion: … || E'\\n' || diag('witness: ${value!}')`);
      }
    } else if (key === 'witness' && value !== undefined) {
      const claim = parseClaim(value);
      if (claim === undefined) {
        fault(`not a witness, which reads identity PRIVILEGE object: ${value}`);
      } else {
        header.claims.push({ claim, line: index + 1 });
      }
    } else if (key !== undefined && value !== undefined) {
      if (!known.has(key)) {
        fault(`unknown header key ${key}`);
      } else if (header.values.has(key)) {
        fault(`${key} is there twice`);
      }
      header.values.set(key, { value, line: index + 1 });
    } else if (text.startsWith('--!')) {
      fault(`not a header line: ${text}`);
    }
  }
  return header;
}
