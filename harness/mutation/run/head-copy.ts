import { sql } from '../../common/sql.ts';
import { readFileSync } from 'node:fs';

import { fingerprint } from '../../catalog/fact-text.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Mutant } from '../mutant.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import { withSession, type Session } from '../../postgres/session.ts';
import type { Target } from '../../postgres/target.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { BuildOptions } from '../../pipeline/build-phase.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import { factsOf, serverVersion } from '../../pipeline/head-state.ts';
import { observePhase, type PhaseObservation } from '../../pipeline/observe-phase.ts';
import { answerOf } from './mutant-answer.ts';

const settingsSql = readFileSync(new URL('copy-database-settings.sql', import.meta.url), 'utf8');

const patternOf = ({ database }: Target) => `${database}_pattern`;
const copyOf = ({ database }: Target) => `${database}_mutant`;

/** Makes a copy of the database that nobody connects to. It ends `only`, the one open session. */
export async function copyDatabase(target: Target, only: Session, build: BuildOptions): Promise<void> {
  await only.close();
  await copyAs(patternOf(target), target, target.database, build);
}

/**
 * Commits a mutant in a copy of head and observes it as the real logins do. Then it undoes the mutant and drops the copy,
 * whatever happens. `changed` says whether any fact differs from the undamaged head's, or the mutant's `shown_by` has another
 * answer. Rejects with `topology-failed` if the copy differs from head before any damage.
 */
export async function observeCopy(
  head: BuiltPhase,
  mutant: Mutant,
  build: BuildOptions,
  unbroken: string,
): Promise<Pick<PhaseObservation, 'seen' | 'notSeen'> & { changed: boolean }> {
  const { project, signal } = build;
  const copy: Target = { ...head.superuser, database: copyOf(head.superuser) };
  const name = quoteIdentifier(copy.database);
  await copyAs(copy.database, head.superuser, patternOf(head.superuser), build);
  try {
    const answers = await withSession(copy, { signal }, async (session) => {
      await session.script(dressCopyOf(head.superuser.database));
      await requireSame(session, unbroken, project.contract);
      const before = await answerOf(session, mutant);
      await session.script(mutant.sql);
      return [before, await answerOf(session, mutant)];
    });
    const logins = new Map(
      [...head.logins].map(([login, target]) => [
        login,
        target === undefined ? undefined : { ...target, database: copy.database },
      ]),
    );
    const { seen, notSeen } = await observePhase(
      { ...head, superuser: copy, logins },
      { project, reporter: {}, signal, statements: { pgtap: 'use', own: true, controls: false } },
    );
    return { seen, notSeen, changed: fingerprint(seen.state.facts) !== unbroken || answers[0] !== answers[1] };
  } finally {
    // The copy's removal does not undo what a mutant does to roles.
    const { undo } = mutant;
    const undone = undo === undefined ? Promise.resolve() : withSession(copy, {}, (session) => session.script(undo));
    await undone.finally(() =>
      onServer(head.superuser, undefined, (session) => session.script(sql`drop database ${name} with (force)`)),
    );
  }
}

async function copyAs(name: string, target: Target, template: string, { server, signal }: BuildOptions): Promise<void> {
  await server.journal?.willMake(name);
  await onServer(target, signal, (session) =>
    session.script(sql`create database ${quoteIdentifier(name)} template ${quoteIdentifier(template)}`),
  );
  await server.journal?.made();
}

/** SQL that gives a copy of a database what CREATE DATABASE … TEMPLATE does not copy. */
export function dressCopyOf(database: string): string {
  return settingsSql.replaceAll(':pattern', quoteLiteral(database));
}

async function requireSame(copy: Session, unbroken: string, contract: ParsedContract): Promise<void> {
  const { number } = await serverVersion(copy);
  if (fingerprint(await factsOf(copy, number, contract)) !== unbroken) {
    throw new RolecallError('topology-failed', {
      message: 'the copy of head in which a mutant is committed is not as the head is',
      next: 'See that nothing else works on this server; else report this: CREATE DATABASE … TEMPLATE leaves something behind that the copy is not given.',
    });
  }
}

/** Runs `work` with a session in the maintenance database. */
function onServer<T>(
  target: Target,
  signal: AbortSignal | undefined,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withSession({ ...target, database: 'postgres' }, { signal }, work);
}
