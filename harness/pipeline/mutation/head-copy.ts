import { readFileSync } from 'node:fs';

import { fingerprint } from '../../catalog/fact-text.ts';
import type { Mutant } from '../../mutation/mutant.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import { withSession, type Session } from '../../postgres/session.ts';
import type { Target } from '../../postgres/target.ts';
import type { BuildOptions, BuiltPhase } from '../build-phase.ts';
import { observePhase } from '../observe-phase.ts';
import type { SeenDamage } from './witnesses.ts';

const settingsSql = readFileSync(new URL('copy-database-settings.sql', import.meta.url), 'utf8');

const patternOf = ({ database }: Target) => `${database}_pattern`;
const copyOf = ({ database }: Target) => `${database}_mutant`;

/** Puts a copy of the database beside it, which nobody connects to; ends `only`, the one session there is. */
export async function copyDatabase(target: Target, only: Session, signal: AbortSignal): Promise<void> {
  await only.close();
  await onServer(target, signal, (session) => session.script(`create database ${quoteIdentifier(patternOf(target))} template ${quoteIdentifier(target.database)}`));
}

/**
 * Commits a mutant in a copy of head and looks at it as the real logins do; the copy is dropped and what is wider than a
 * database undone, whatever happens. `changed` says whether any fact differs from the unbroken head's.
 */
export async function observeCopy(head: BuiltPhase, mutant: Mutant, { project, signal }: BuildOptions, unbroken: string): Promise<{ seen: SeenDamage; changed: boolean }> {
  const copy: Target = { ...head.superuser, database: copyOf(head.superuser) };
  const name = quoteIdentifier(copy.database);
  await onServer(head.superuser, signal, (session) => session.script(`create database ${name} template ${quoteIdentifier(patternOf(head.superuser))}`));
  try {
    await withSession(copy, { signal }, async (session) => {
      // A copy has neither the grants on the database nor the settings that roles have in it.
      await session.script(settingsSql.replaceAll(':pattern', quoteLiteral(head.superuser.database)));
      await session.script(mutant.sql);
    });
    const logins = new Map([...head.logins].map(([login, target]) => [login, target === undefined ? undefined : { ...target, database: copy.database }]));
    const seen = await observePhase({ ...head, superuser: copy, logins }, { project, reporter: {}, signal, statements: { pgtap: 'use', own: true, controls: false } });
    return { seen, changed: fingerprint(seen.facts) !== unbroken };
  } finally {
    await onServer(head.superuser, undefined, async (session) => {
      if (mutant.undo !== undefined) {
        await session.script(mutant.undo);
      }
      await session.script(`drop database ${name} with (force)`);
    });
  }
}

/** A session beside the database, in the one for maintenance. */
function onServer<T>(target: Target, signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T> {
  return withSession({ ...target, database: 'postgres' }, { signal }, work);
}
