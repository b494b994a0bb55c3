import { sqlParser } from '../postgres/parsed-sql.ts';
import { factsText } from '../catalog/fact-text.ts';
import { parseContract } from '../contract/parse-contract.ts';
import { readDefinitions } from '../mutation/definitions.ts';
import type { Mutant, MutationState } from '../mutation/mutant.ts';
import { mutantsOf } from '../mutation/operators.ts';
import { factsOf, serverVersion } from '../pipeline/head-state.ts';
import { answerOf } from '../mutation/run/mutant-answer.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { connect, type Session } from '../postgres/session.ts';

/** A state, its mutants, and its facts as text. */
export interface Observed {
  version: number;
  state: MutationState;
  mutants: Mutant[];
  text: string;
}

/** Reads a state and makes its mutants. */
export async function observe(session: Session, contractText: string): Promise<Observed> {
  const { number: version } = await serverVersion(session);
  const { contract } = parseContract('c.yaml', contractText);
  const facts = await factsOf(session, version);
  const state = {
    contract,
    facts,
    parser: await sqlParser(),
    definitions: await readDefinitions(session, contract),
    major: Math.floor(version / 10_000),
  };
  return { version, state, mutants: mutantsOf(state), text: factsText(facts) };
}

/** Mutants of a state that do not run, or change nothing, with the reason. */
export async function faults(session: Session, { version, mutants, text }: Observed): Promise<string[]> {
  const found: string[] = [];
  for (const mutant of mutants.filter(({ isolation }) => isolation === 'transaction')) {
    try {
      const opening = `begin; ${mutant.sql}`;
      // Unique keys are not facts, because they give nobody a privilege. The mutant's own query shows the change.
      const changed =
        factsText(await factsOf(session, version, undefined, opening)) !== text ||
        (await answerOf(session, mutant, opening)) !== (await answerOf(session, mutant));
      if (!changed) {
        found.push(`${mutant.id}: changes nothing`);
      }
    } catch (error) {
      found.push(`${mutant.id}: ${String(error)} in ${mutant.sql}`);
    }
  }
  return found;
}

/** The same for mutants that need a real login, committed in a copy of the database and undone. */
export async function loginFaults(
  superuser: Session,
  { version, mutants, text }: Observed,
  template: string,
): Promise<string[]> {
  const found: string[] = [];
  await superuser.script(`drop database if exists mutant`);
  for (const { id, sql, undo } of mutants.filter(({ isolation }) => isolation === 'login')) {
    await superuser.script(`create database mutant template ${quoteIdentifier(template)}`);
    const session = await connect({ ...superuser.target, database: 'mutant' });
    try {
      const before = factsText(await factsOf(session, version));
      await session.script(sql);
      if (factsText(await factsOf(session, version)) === before) {
        found.push(`${id}: changes no fact`);
      }
      await session.script(undo!);
      if (factsText(await factsOf(session, version)) !== before) {
        found.push(`${id}: is not put back by ${undo!}`);
      }
    } catch (error) {
      found.push(`${id}: ${String(error)} in ${sql}`);
    } finally {
      await session.close();
      await superuser.script('drop database mutant');
    }
  }
  const neighbour = await connect({ ...superuser.target, database: template });
  const left = factsText(await factsOf(neighbour, version));
  await neighbour.close();
  return left === text ? found : [...found, 'what was undone is not as it was'];
}
