import type { Fact } from '../../catalog/fact.ts';
import { rolesHaving } from '../../catalog/roles-having.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnsIn, inheritedPrivileges } from '../../contract/declared.ts';
import type { FailClosedCell } from './cells.ts';
import { whoIs } from '../../attempts/attempt.ts';
import { endingOf } from '../../attempts/outcome.ts';
import { counted, grouped, listed } from '../../common/text.ts';
import { missingContexts, onMissingOf } from '../../contract/sessions.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import { bySearchPath, isBySearchPath } from './by-search-path.ts';
import { ofMembership } from './of-membership.ts';
import { suchAs, whatWasOpen } from './open-words.ts';
import type { Unproven } from '../../findings/unproven.ts';
import type { Finding } from '../../findings/finding.ts';

/**
 * Findings of the fail-closed matrix: open cells, and reads without a tenant that end in another way than the contract demands.
 */
export function judgeTenantCells(
  contract: ParsedContract,
  cells: readonly FailClosedCell[],
  facts: readonly Fact[] = [],
): Finding[] {
  const open = cells.filter(({ closed }) => !closed);
  const bySchema = new Set(open.filter((cell) => isBySearchPath(contract, cell)));
  const isOfMembership = ofMembership(contract, facts);
  return [
    ...failOpen(
      contract,
      facts,
      open.filter((cell) => !bySchema.has(cell) && !isOfMembership(cell)),
      contextsOf(cells),
    ),
    ...bySearchPath([...bySchema]),
    ...tooFewRows(contract, cells),
    ...missingContextOutcomes(contract, cells),
  ];
}

/** One finding for each table, identity and privilege; the open cells are its evidence. */
function failOpen(
  contract: ParsedContract,
  facts: readonly Fact[],
  openCells: readonly FailClosedCell[],
  tried: ReturnType<typeof contextsOf>,
): Finding[] {
  const causes = new Map<string, [FailClosedCell, ...FailClosedCell[]]>();
  for (const cell of openCells) {
    const key = JSON.stringify([cell.table, cell.identity, cell.session, privilegesOf(cell.command)[0]]);
    const known = causes.get(key);
    if (known === undefined) {
      causes.set(key, [cell]);
    } else {
      known.push(cell);
    }
  }
  const bypassing = rolesHaving(facts, 'bypassrls');
  const owned = new Set(
    facts.flatMap(({ kind, object, detail }) =>
      kind === 'view' && detail['security_invoker'] === false ? [object as string] : [],
    ),
  );
  return [...causes.values()].map((open) => {
    const [first] = open;
    const { table, command, identity, context, value } = first;
    const where = value === undefined ? context : `${context}: ${value}`;
    const more = open.length === 1 ? '' : `; ${open.length} attempts in all: ${whichOf(open, tried)}`;
    return {
      code: 'fail-open',
      severity: 'high',
      object: table,
      identity,
      access: privilegesOf(command)[0],
      message: `${whoIs(first)}: ${command} on ${table} ${whatWasOpen(first)} (context ${where})${more}`,
      remedy: owned.has(table)
        ? `${table} is a view that reads as its owner, so the policies that hold its reader do not count: switch security_invoker on where it reads tables alone, or take the privilege on it away.`
        : bypassing.has(identity)
          ? `No policy holds ${identity}, which has BYPASSRLS: take it away, or the privileges; where it is meant, declare a session of ${identity} with sees: all.`
          : remedyOf(contract, table),
    };
  });
}

function remedyOf({ tables, tenancy }: ParsedContract, table: string): string {
  const { rows, row_security: guarded } = tables[table] ?? {};
  if (tenancy?.setting === undefined && guarded === 'off' && rows === undefined) {
    return `Nothing keeps the rows of ${table} apart: switch row security on, in a view security_invoker, or say rows: all where they are shared on purpose.`;
  }
  return tenancy?.setting !== undefined && tables[table]?.rows === undefined
    ? `Look at the policies of ${table}: each must compare the tenant column with the setting, and let nothing through where it is unset or empty.`
    : `Look at row security and the policies of ${table}: what they let a session see must be what the contract says in rows, and nothing where it says no tenant.`;
}

/** Rows of a tenant that its own session does not see: one finding for each table and session. */
function tooFewRows(contract: ParsedContract, cells: readonly FailClosedCell[]): Finding[] {
  const few = cells.filter(
    (cell) =>
      cell.missing_rows !== undefined &&
      cell.unproven === null &&
      isDeclaredRead(contract, cell) &&
      // If the own tenant sees nothing at all, another finding says that the access does not work. Without a tenant, another says
      // how the read closes.
      !(cell.rows === 0 && (cell.context === 'own-tenant' || missingContexts.has(cell.context))),
  );
  return grouped(few, (cell) => JSON.stringify([cell.table, cell.identity, cell.session])).map(({ items }) => {
    const first = items[0]!;
    const { table, identity, context, command, missing_rows: missing, missing_row: one } = first;
    const also =
      items.length === 1
        ? ''
        : `; also in ${items
            .slice(1)
            .map((cell) => cell.context)
            .join(', ')}`;
    return {
      code: 'unexpected-closed',
      severity: 'medium',
      object: table,
      identity,
      access: command,
      message: `${whoIs(first)}: ${command} on ${table} does not see ${counted(missing!, 'row')} that the contract says it must see${suchAs(one, missing!)} (context ${context})${also}`,
      remedy: `Look at the policies of ${table}: they hide what the contract says in rows. Correct whichever is wrong.`,
    };
  });
}

/** The contexts in which each command was tried, by table, identity, session and command. */
function contextsOf(cells: readonly FailClosedCell[]): ReadonlyMap<string, ReadonlySet<string>> {
  const contexts = new Map<string, Set<string>>();
  for (const cell of cells) {
    const key = keyOf(cell);
    contexts.set(key, (contexts.get(key) ?? new Set()).add(cell.context));
  }
  return contexts;
}

const keyOf = ({ table, identity, session, command }: FailClosedCell) =>
  JSON.stringify([table, identity, session, command]);

/** Contexts that are named; more of them are counted, and the matrix of the report names them. */
const namedContexts = 4;

/** `SELECT in never-set, empty; COPY TO and MERGE DELETE in 11 of 13 contexts` */
function whichOf(cells: readonly FailClosedCell[], tried: ReturnType<typeof contextsOf>): string {
  const commands = new Map<string, string[]>();
  for (const [key, contexts] of contextsOf(cells)) {
    const { command } = cells.find((cell) => keyOf(cell) === key)!;
    const of = tried.get(key)!.size;
    const words =
      contexts.size <= namedContexts
        ? [...contexts].join(', ')
        : contexts.size === of
          ? 'every context'
          : `${contexts.size} of ${of} contexts`;
    commands.set(words, [...(commands.get(words) ?? []), command]);
  }
  return [...commands].map(([words, all]) => `${listed(all)} in ${words}`).join('; ');
}

function missingContextOutcomes(contract: ParsedContract, cells: readonly FailClosedCell[]): Finding[] {
  const otherwise = new Map<string, FailClosedCell[]>();
  for (const cell of cells.filter(
    (one) => missingContexts.has(one.context) && isDeclaredRead(contract, one) && closesOtherwise(contract, one),
  )) {
    const key = JSON.stringify([cell.table, cell.identity, cell.command]);
    otherwise.set(key, [...(otherwise.get(key) ?? []), cell]);
  }
  return [...otherwise.values()].map((found) => {
    const [{ table, identity, command, outcome, message }] = found as [FailClosedCell, ...FailClosedCell[]];
    const demand = demandOf(contract, table)!;
    return {
      code: 'missing-context-outcome',
      severity: 'medium',
      object: table,
      identity,
      access: command,
      message: `${identity}: ${command} on ${table} without a tenant must ${demanded[demand]} and ended as ${outcome}${message === null ? '' : `: ${message}`} (${found.map(({ context }) => context).join(', ')})`,
      remedy:
        demand !== 'error'
          ? `In each policy of ${table} read the setting with nullif(current_setting(…, true), '') before it is cast.`
          : `In each policy of ${table} let the setting raise where it is not set or empty.`,
    };
  });
}

function demandOf(contract: ParsedContract, table: string): Demand | undefined {
  return onMissingOf(contract, contract.tables[table]);
}

type Demand = NonNullable<ReturnType<typeof onMissingOf>>;

const demanded: Record<Demand, string> = {
  empty: 'close with no rows',
  error: 'close with an error',
  open: 'show what is open',
  own: 'show the own rows',
};

/** A write is refused either way. A command that is not allowed at all is judged elsewhere. */
function isDeclaredRead(contract: ParsedContract, { command, identity, table }: FailClosedCell): boolean {
  const privileges = privilegesOf(command);
  const declared = inheritedPrivileges(contract, identity, table);
  return (
    privileges[0] !== 'INSERT' &&
    command !== 'UPDATE re-home' &&
    // A row is visible through any of its columns.
    privileges.every((privilege) => declared.has(privilege) || columnsIn(declared, privilege).length > 0)
  );
}

function closesOtherwise(
  contract: ParsedContract,
  { table, outcome, rows, closed, closed_to_all: closedToAll, unproven }: FailClosedCell,
): boolean {
  const demand = demandOf(contract, table);
  if (demand === undefined || !closed || closedToAll !== null || unproven !== null) {
    return false;
  }
  const { kind } = endingOf({ outcome, rows });
  const showsNothing = kind === 'hidden' || (kind === 'allowed' && rows === 0);
  return demand === 'empty' ? kind === 'error' : demand === 'error' ? showsNothing : kind === 'error' || showsNothing;
}

/** Cells of the matrix that prove nothing. */
export function unprovenCells(cells: readonly FailClosedCell[]): Unproven[] {
  return cells.flatMap(({ table, identity, command, unproven: reason }) =>
    reason === null ? [] : [{ phase: 'head', object: table, identity, access: command, reason } as const],
  );
}
