import { readLiveGround } from '../attempts/ground.ts';
import { runAttempts } from '../attempts/run-attempts.ts';
import type { LoginSessions } from '../attempts/try-statement.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { identitiesOf } from '../contract/declared.ts';
import type { Finding } from '../findings/finding.ts';
import type { Unproven } from '../findings/unproven.ts';
import { factsOf } from '../pipeline/head-state.ts';
import { connect, type Session } from '../postgres/session.ts';
import { failClosed } from '../proofs/fail-closed/proof.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import { judgeAttempts } from '../proofs/live-access/judge.ts';
import { contractedAccess } from '../proofs/closed-world/judge.ts';
import type { TestServer } from './server.ts';

/** The results of a contract's logins in a live database. */
export interface LiveAnswer {
  findings: Finding[];
  unproven: Unproven[];
  cells: FailClosedCell[];
}

/**
 * Tries everything that a contract declares on tables as its logins, whose passwords are their names, and judges it. `meanwhile`
 * simulates a live database: it runs after the rows were read.
 */
export async function liveFindings(
  server: TestServer,
  contract: ParsedContract,
  meanwhile?: () => Promise<unknown>,
): Promise<LiveAnswer> {
  const open: Session[] = [];
  const logIn = async (target = server.superuser): Promise<Session> => {
    const session = await connect(target);
    open.push(session);
    return session;
  };
  try {
    const superuser = await logIn();
    const logins = new Map<string, LoginSessions>();
    for (const name of identitiesOf(contract, 'login')) {
      const target = { ...server.superuser, user: name, password: name };
      logins.set(name, { untouched: await logIn(target), used: await logIn(target) });
    }
    const ground = meanwhile === undefined ? undefined : await readLiveGround(await logIn(), contract);
    await meanwhile?.();
    const attempts = await runAttempts(superuser, contract, logins, { nameRows: true, ground });
    const state = {
      facts: await factsOf(superuser, server.version),
      access: contractedAccess(contract, []),
      database: '',
      connectedAs: '',
      toolSchemaIntact: true,
    };
    const { shown, findings, unproven } = failClosed.judge!({
      contract,
      baseline: undefined,
      head: { attempts, state },
    });
    return { findings: [...findings, ...judgeAttempts(contract, attempts)], unproven, cells: shown.fail_closed };
  } finally {
    await Promise.all(open.map((session) => session.close()));
  }
}

/** The findings in words: code, object, and message. */
export function told({ findings }: Pick<LiveAnswer, 'findings'>): string[] {
  return findings.map(({ code, message }) => `${code}: ${message}`);
}
