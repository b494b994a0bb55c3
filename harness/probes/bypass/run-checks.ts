import { readFileSync } from 'node:fs';

import { snapshotSettings, type Read } from '../../catalog/snapshot.ts';
import { by } from '../../common/order.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Session } from '../../postgres/session.ts';
import { sqlFileError } from '../../postgres/sql-error.ts';
import { checkInput, type CheckInput } from './check-input.ts';
import { readChecks, type BypassCheck, type Severity } from './read-checks.ts';

const prelude = readFileSync(new URL('prelude.sql', import.meta.url), 'utf8');

/** A way around the contract: a finding whose code is the name of a check. */
export interface BypassFinding {
  code: string;
  severity: Severity;
  object: string;
  /** The role that has the way, PUBLIC, or nobody in particular. */
  identity: string;
  /** Privilege, policy, key or the like, where one object and identity can have several findings of a code. */
  access?: string;
  message: string;
  /** The SQL that puts this very case right. */
  remedy: string;
}

/** Asks every check that the server can answer, in one transaction that only reads. */
export async function runBypassChecks(session: Session, contract: ParsedContract, serverVersionNum: number): Promise<BypassFinding[]> {
  const checks = await readChecks();
  await session.script(`begin isolation level repeatable read read only; ${snapshotSettings}`);
  try {
    return await askChecks((sql, values) => session.query(sql, values), checks, checkInput(contract), serverVersionNum);
  } finally {
    await session.script('rollback');
  }
}

/** Runs one statement with its values. */
type Ask = (sql: string, values: readonly unknown[]) => ReturnType<Read>;

/** Asks the checks in whatever transaction `ask` is in; findings are sorted by code, object, identity and access. */
export async function askChecks(ask: Ask, checks: readonly BypassCheck[], input: CheckInput, serverVersionNum: number): Promise<BypassFinding[]> {
  const parameter = JSON.stringify({ ...input, server_version_num: serverVersionNum });
  const findings: BypassFinding[] = [];
  for (const check of checks.filter(({ since = 0 }) => serverVersionNum >= 10_000 * since)) {
    const sql = `${prelude}\nselect * from (\n${check.sql}\n) as answer`;
    const rows = await ask(sql, [parameter]).catch((error: unknown) => {
      throw sqlFileError('sql-failed', `bypass check ${check.code}`, sql, error, 'Report this with the version of the server: a check must run on every one.');
    });
    findings.push(...rows.map((row) => toFinding(check, row)));
  }
  return findings.toSorted(by(({ code, object, identity, access = '' }) => [code, object, identity, access].join('\t')));
}

function toFinding({ code, severity }: BypassCheck, row: Record<string, unknown>): BypassFinding {
  const [object, identity, access, message, remedy] = ['object', 'identity', 'access', 'message', 'remedy'].map((column) => String(row[column]));
  return { code, severity, object: object!, identity: identity!, ...(access === '' ? {} : { access: access! }), message: message!, remedy: remedy! };
}
