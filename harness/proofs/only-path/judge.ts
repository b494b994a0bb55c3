import { everyone, roleSql } from '../../catalog/role-name.ts';
import { joined, sql, type SqlName, verbatim } from '../../common/sql.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import { indexBy } from '../../common/index-by.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { declaredColumns, declaredPrivileges, identitiesOf } from '../../contract/declared.ts';
import type { Attempt, Reply } from '../../attempts/attempt.ts';
import { couldNotBeSetUp, endingOf, isPastGrants, meaningOf, saysNothing } from '../../attempts/outcome.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { GatewayCall, OnlyPathObservation, Way } from './observe.ts';
import { sortFindings, type Finding } from '../../findings/finding.ts';

/** One call of a listed function, or one statement on the table itself, and whether it ended as it must. */
export interface PathTrial extends Reply {
  as: string;
  /** A real login, the superuser's session with another session authorization, or the session of an admin that took the role. */
  session: 'login' | 'session authorization' | 'set role';
  /** The function, or the command if the table itself was tried. */
  what: string;
  access: string;
  may: boolean;
  /** NULL if it proves nothing; the reason is in `unproven`. */
  holds: boolean | null;
  unproven: string | null;
}

/** The proof that a table is reached through its listed functions only. */
export interface OnlyPath {
  table: string;
  through: string[];
  direct: PathTrial[];
  gateways: PathTrial[];
  /** Other access paths that a contracted role has. */
  ways: Way[];
  unproven: string[];
}

/** The proof for each observed table, with the statements that real logins executed. */
export function onlyPaths(
  contract: ParsedContract,
  observations: readonly OnlyPathObservation[],
  attempts: readonly Attempt[],
): OnlyPath[] {
  const logins = identitiesOf(contract, 'login');
  const byObject = indexBy(attempts, ({ object }) => [object]);
  const attemptsOn = (object: string) => byObject.get(object) ?? [];
  return observations.map(({ table, exists, through, ways, unread, gateways }) => {
    const direct = attemptsOn(table).map(directTrial);
    const called = through.flatMap((fn) =>
      logins.map((login) =>
        callTrial(
          contract,
          fn,
          login,
          attemptsOn(fn).find(({ identity, access }) => identity === login && access === 'EXECUTE'),
        ),
      ),
    );
    const kept = gateways.map((trial) => keptOut(contract, trial));
    const untried = logins
      .filter((login) => !direct.some(({ as }) => as === login))
      .map((login) => `${table} was not tried as ${login}`);
    const trials = [...called, ...kept];
    const reasons = trials.flatMap(({ what, as, unproven }) =>
      unproven === null ? [] : [`${what} as ${as}: ${unproven}`],
    );
    const notRead = unread.map(
      ({ kind, name, roles, why }) => `${kind} ${name}, which ${roles.join(', ')} may use: ${why}; cannot be read`,
    );
    return {
      table,
      through,
      direct,
      gateways: trials,
      ways: ways.map((way) => undeclared(contract, table, way)).filter(({ roles }) => roles.length > 0),
      unproven: exists ? [...untried, ...reasons, ...notRead] : [`${table} does not exist`],
    };
  });
}

/** What could not be proven about the only paths. */
export function unprovenPaths(paths: readonly OnlyPath[]): Unproven[] {
  return paths.flatMap(({ table, unproven }) =>
    unproven.map((reason) => ({ phase: 'head', object: table, identity: '', access: 'only path', reason }) as const),
  );
}

/** Findings: another path to a table than its listed functions, and a listed function that fails for those who may use it. */
export function judgeOnlyPaths(
  contract: ParsedContract,
  observations: readonly OnlyPathObservation[],
  attempts: readonly Attempt[],
): Finding[] {
  const findings = onlyPaths(contract, observations, attempts).flatMap(({ table, direct, gateways, ways }) => [
    ...direct.filter(({ holds }) => holds === false).map((trial) => openDirectly(table, trial)),
    ...ways.flatMap((way) => openWay(table, way)),
    ...gateways.filter(({ holds, may }) => holds === false && !may).map((trial) => openGateway(table, trial, gateways)),
    ...gateways.filter(({ holds, may }) => holds === false && may).map((trial) => closedGateway(table, trial)),
  ]);
  // If an attempt and the catalog show the same privilege, it is one finding.
  return sortFindings(findings);
}

function replyOf({ outcome, sqlstate, message, rows }: Reply): Reply {
  return { outcome, sqlstate, message, rows };
}

function directTrial(attempt: Attempt): PathTrial {
  const { identity, access, command, context } = attempt;
  const what = context === 'none' ? command : `${command} (${context})`;
  const ending = endingOf(attempt);
  // An error may come before the privilege is checked, so the catalog's answer counts too.
  const holds = saysNothing(ending) && ending.kind !== 'absent' ? null : !isPastGrants(ending);
  return { as: identity, session: 'login', what, access, may: false, holds, unproven: null, ...replyOf(attempt) };
}

function callTrial(contract: ParsedContract, fn: string, login: string, attempt: Attempt | undefined): PathTrial {
  const may = declaredPrivileges(contract, login, fn).has('EXECUTE');
  const base = { as: login, session: 'login', what: fn, access: 'EXECUTE', may } as const;
  if (attempt === undefined) {
    return {
      ...base,
      outcome: 'absent',
      sqlstate: null,
      message: null,
      rows: 0,
      holds: null,
      unproven: 'it was not called',
    };
  }
  const reply = replyOf(attempt);
  const { kind } = endingOf(attempt);
  const controlKind = attempt.control === null ? undefined : endingOf(attempt.control).kind;
  if (!may && hasEntered(fn, attempt)) {
    return { ...base, ...reply, holds: false, unproven: null };
  }
  if (couldNotBeSetUp(attempt, attempt.control)) {
    return { ...base, ...reply, holds: null, unproven: `it could not be called: ${attempt.message ?? ''}` };
  }
  if (!may) {
    return {
      ...base,
      ...reply,
      holds: kind === 'denied-by-grant' || kind === 'absent',
      unproven: null,
    };
  }
  if (kind === 'allowed' && reply.rows === 0 && contract.functions[fn]?.call !== undefined) {
    return { ...base, ...reply, holds: null, unproven: 'its call returned no row to anybody: give one that does' };
  }
  // What its body refuses whatever the caller is not a denial.
  return {
    ...base,
    ...reply,
    holds: kind === 'allowed' || (kind === 'stopped' && controlKind !== 'allowed'),
    unproven: null,
  };
}

/** Whether an error was raised in the body of the called function. Its EXECUTE was then granted. */
function hasEntered(fn: string, reply: Reply): boolean {
  const { raised_in: raisedIn } = reply;
  const nameOf = (name: string) => nameParts(name).at(-1);
  return raisedIn !== undefined && endingOf(reply).kind !== 'broken-off' && nameOf(raisedIn) === nameOf(fn);
}

function keptOut(contract: ParsedContract, trial: GatewayCall): PathTrial {
  const { function: fn, as, by = 'session authorization' } = trial;
  const reply = replyOf(trial);
  const may = declaredPrivileges(contract, 'PUBLIC', fn).has('EXECUTE');
  const base = { as, session: by, what: fn, access: 'EXECUTE', may, ...reply } as const;
  const { kind } = endingOf(reply);
  if (hasEntered(fn, trial)) {
    return { ...base, holds: may, unproven: null };
  }
  if (kind === 'error' || kind === 'broken-off') {
    return {
      ...base,
      holds: null,
      unproven: `it was not denied, and ended as ${reply.outcome}: ${reply.message ?? ''}`,
    };
  }
  const denied = kind === 'denied-by-grant' || kind === 'absent';
  return { ...base, holds: may || denied, unproven: null };
}

/** A definer may hold what the contract gives it on the table, because it is not a runtime identity. */
function undeclared(contract: ParsedContract, table: string, way: Way): Way {
  const declared = (role: string) =>
    way.kind === 'privilege' &&
    contract.identities[role]?.kind === 'definer' &&
    (declaredPrivileges(contract, role, table).has(way.name) ||
      declaredColumns(contract, role, table, way.name).length > 0);
  return { ...way, roles: way.roles.filter((role) => !declared(role)) };
}

function openDirectly(table: string, trial: PathTrial): Finding {
  const { as, what, access, outcome, rows } = trial;
  return {
    code: 'only-path-open',
    severity: 'high',
    object: table,
    identity: as,
    access,
    message: `${as}: ${what} on ${table} itself was executed and ended as ${outcome}${meaningOf(trial).isAllowed ? ` (${rows} rows)` : ''}; only its listed functions may reach it`,
    remedy: `Find the path with: rolecall why ${as} ${access} ${table}`,
  };
}

function openWay(table: SqlName, { kind, name, roles, sql: call }: Way): Finding[] {
  const at = { code: 'only-path-open', severity: 'high', object: table } as const;
  if (kind === 'privilege') {
    return roles.map((role) => ({
      ...at,
      identity: role,
      access: name,
      message: `${role} has ${name} on ${table} itself; only its listed functions may reach it`,
      remedy: sql`REVOKE ${verbatim(name)} ON ${table} FROM ${roleSql(role)};`,
    }));
  }
  const what = `${kind} ${name}`;
  return [
    {
      ...at,
      identity: '',
      access: what,
      message: `the ${what} reaches ${table} beside its listed functions, and ${roles.join(', ')} may use it${call === undefined ? '' : `; it was reached by: ${call}`}`,
      remedy: `Drop the ${what}, revoke it from ${roles.join(', ')}, or, if it is a function that is meant, list it under only_through.`,
    },
  ];
}

function openGateway(table: string, { as, what, outcome }: PathTrial, gateways: readonly PathTrial[]): Finding {
  const everybody = as === 'a stranger';
  // A REVOKE from one role does not take away what PUBLIC has.
  const isOpenToAll = gateways.some((one) => one.as === 'a stranger' && one.what === what && one.holds === false);
  const from = [...(isOpenToAll ? [everyone] : []), ...(everybody ? [] : [roleSql(as)])];
  return {
    code: 'only-path-open',
    severity: 'high',
    object: table,
    identity: everybody ? 'PUBLIC' : as,
    access: `EXECUTE ${what}`,
    message: `${as} called ${what}, a way to ${table}, and it ended as ${outcome}; the contract gives it no EXECUTE`,
    remedy: sql`REVOKE EXECUTE ON ROUTINE ${verbatim(what)} FROM ${joined(from)};`,
  };
}

function closedGateway(table: string, trial: PathTrial): Finding {
  const { as, what, outcome, message } = trial;
  return {
    code: 'only-path-closed',
    severity: 'medium',
    object: table,
    identity: as,
    access: `EXECUTE ${what}`,
    message: `${what} is the way of ${as} to ${table}, and its call ended as ${outcome}${message === null ? '' : `: ${message}`}`,
    remedy:
      meaningOf(trial).closedBy === 'grants'
        ? `Grant ${as} EXECUTE on ${what} and USAGE on its schema, as the contract declares.`
        : 'Look at the grants of the function’s owner, and at its body.',
  };
}
