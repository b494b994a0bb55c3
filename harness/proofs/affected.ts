import { nameParts, tableOf } from '../catalog/identifiers.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { identitiesOf } from '../contract/declared.ts';
import type { FactDiff } from '../catalog/diff-facts.ts';

/** Kinds of fact that only say who could connect, or what future objects will grant. */
const beside = new Set<FactKind>(['database', 'default-privileges', 'publication']);

const views = new Set<FactKind>(['view', 'materialized-view']);
const onOneObject = new Set<FactKind>([...views, 'table', 'column', 'policy', 'function']);
/** Kinds of fact that do not affect what a role may create in the future, and for whom. */
const notOfTomorrow = new Set<FactKind>([
  ...onOneObject,
  'sequence',
  'publication',
  'trigger',
  'rule',
  'foreign-key',
  'inheritance',
]);

/** What a change affects. */
export interface AffectedParts {
  /** The contracted objects on which an attempt may end otherwise; undefined for all. */
  objects: ReadonlySet<string> | undefined;
  /** Whether future objects of migrators may be open to others. */
  tomorrow: boolean;
}

const everywhere: AffectedParts = { objects: undefined, tomorrow: true };

/**
 * What a change of `facts`, those of the undamaged head, affects. A grant or policy on a table affects that table, tables whose
 * policies name it, every function and view, and every table with a rule, a trigger or a policy that calls a function. What roles
 * that nobody acts as may do affects only functions and views. Changes to schemas, owners, triggers and the like may affect
 * everything. If no fact differs, everything may be affected.
 */
export function affectedBy(contract: ParsedContract, facts: readonly Fact[], diff: FactDiff): AffectedParts {
  const changed = [...diff.added, ...diff.removed];
  if (changed.length === 0) {
    return everywhere;
  }
  return {
    objects: objectsOf(contract, facts, changed),
    // The function of an event trigger may change what is created.
    tomorrow:
      changed.some(({ kind }) => !notOfTomorrow.has(kind)) || facts.some(({ kind }) => kind === 'event-trigger'),
  };
}

function objectsOf(
  contract: ParsedContract,
  facts: readonly Fact[],
  changed: readonly Fact[],
): Set<string> | undefined {
  const contracted = (object: string) => object in contract.tables;
  const reached = new Set<string>([
    ...Object.keys(contract.functions),
    ...facts.filter(({ kind, object }) => views.has(kind) && contracted(object)).map(({ object }) => object),
    ...throughFunctions([...facts, ...changed]).filter(contracted),
  ]);
  const acting = actingRoles(contract, [...facts, ...changed]);
  for (const { kind, object, role, property } of changed) {
    // An undeclared view is not an object that is tried.
    if (beside.has(kind) || (views.has(kind) && !contracted(object)) || isIdle(acting, kind, object, role)) {
      continue;
    }
    if (!onOneObject.has(kind) || property === 'owner') {
      return undefined;
    }
    const whole = kind === 'column' ? tableOf(object) : object;
    reached.add(whole);
    for (const table of mentioning(facts, whole)) {
      reached.add(table);
    }
  }
  return reached;
}

/** Whether it is an attribute or a membership of a role that no statement of a login runs as. */
function isIdle(acting: ReadonlySet<string>, kind: FactKind, object: string, role: string): boolean {
  return (kind === 'role' && !acting.has(object)) || (kind === 'membership' && !acting.has(role));
}

/** Logins, owners (views, functions and triggers run as them), and every role that one of them is in, at any depth. */
function actingRoles(contract: ParsedContract, facts: readonly Fact[]): ReadonlySet<string> {
  const memberships = facts.filter(({ kind }) => kind === 'membership');
  const acting = new Set([
    ...identitiesOf(contract, 'login'),
    ...facts.filter(({ property }) => property === 'owner').map(({ role }) => role),
  ]);
  for (const role of acting) {
    for (const { object } of memberships.filter((fact) => fact.role === role)) {
      acting.add(object);
    }
  }
  return acting;
}

/** Tables with a rule, a trigger or a policy that calls a function. The facts do not say what a function reads. */
function throughFunctions(facts: readonly Fact[]): string[] {
  const functions = facts.filter(({ kind }) => kind === 'function').map(({ object }) => lastPart(object));
  return facts
    .filter(
      (fact) =>
        fact.kind === 'rule' ||
        (fact.kind === 'trigger' && fact.property.startsWith('trigger ')) ||
        (fact.kind === 'policy' && functions.some((name) => textOf(fact).includes(`${name}(`))),
    )
    .map(({ object }) => object);
}

/** Tables with a policy whose text contains the last part of a name. */
function mentioning(facts: readonly Fact[], object: string): string[] {
  const name = lastPart(object);
  return facts.filter((fact) => fact.kind === 'policy' && textOf(fact).includes(name)).map((fact) => fact.object);
}

function textOf({ detail }: Fact): string {
  return [detail['using'], detail['check']].filter((text) => typeof text === 'string').join('\n');
}

function lastPart(object: string): string {
  return nameParts(object.replace(/\(.*$/, '')).at(-1)!;
}
