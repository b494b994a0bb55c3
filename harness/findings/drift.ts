import { diffFacts, type FactDiff } from '../catalog/diff-facts.ts';
import type { Fact } from '../catalog/fact.ts';
import { factLine } from '../catalog/fact-text.ts';
import { isGrant } from '../catalog/grant.ts';
import { tableOf } from '../catalog/identifiers.ts';
import { ownersOf } from '../catalog/owners.ts';
import { everyone } from '../catalog/role-name.ts';
import { grouped } from '../common/text.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { forAdmin } from './as-admin.ts';
import { concerning, ofCustomer } from './drift-scope.ts';
import { findingKey, sortFindings, type Finding } from './finding.ts';
import { RemedySql } from './remedy-sql.ts';
import { serverOf } from './server.ts';

/** Two states of one database as drift compares them, and what differs: `added` is live only, `removed` is as built only. */
export interface Drift extends FactDiff {
  built: Fact[];
  live: Fact[];
}

/** Compares head as built with a live database, both without what concerns none of `identities` and what a provider keeps. Pure. */
export function driftOf(
  contract: ParsedContract,
  built: readonly Fact[],
  live: readonly Fact[],
  identities: Readonly<Record<string, unknown>> = contract.identities,
): Drift {
  const server = serverOf(live, contract);
  const compared = (state: readonly Fact[]) => concerning(identities, ofCustomer(state, server, contract.identities));
  const states = { built: compared(built), live: compared(live) };
  return { ...states, ...diffFacts(states.built, states.live) };
}

/** A finding for each object, role and property in which a live database differs, and one for each role, object and extension that only one side has. Pure. */
export function driftFindings(
  contract: ParsedContract,
  { built, live, added, removed }: Drift,
  database: string,
): Finding[] {
  const back = backSql(live, database);
  const sides = [
    ...wholes(sumsOf(added, built)).map((sum) => ({ ...sum, isLive: true })),
    ...wholes(sumsOf(removed, live)).map((sum) => ({ ...sum, isLive: false })),
  ];
  const findings = grouped(sides, (side) => findingKey(keyOf(side))).map(({ items }) => finding(items, back));
  const server = serverOf(live, contract);
  return sortFindings(server === undefined ? findings : forAdmin(findings, server, live));
}

/** Facts that are told as one: a single fact, or all of an extension, a role or an object that the other side does not have. */
export interface FactSum {
  facts: [Fact, ...Fact[]];
  extension?: string;
  /** A role or an object: `table public.t`. */
  whole?: string;
}

/** Facts one by one, but those of an extension of which `others` have none together, extensions first. */
export function sumsOf(facts: readonly Fact[], others: readonly Fact[]): FactSum[] {
  const known = new Set(others.map(extensionOf));
  const isLacked = (fact: Fact) => extensionOf(fact) !== undefined && !known.has(extensionOf(fact));
  const sums = grouped(facts.filter(isLacked), (fact) => extensionOf(fact)!).map(({ key, items }) => ({
    facts: items as [Fact, ...Fact[]],
    extension: key,
  }));
  return [...sums, ...facts.filter((fact) => !isLacked(fact)).map((fact): FactSum => ({ facts: [fact] }))];
}

/** With what belongs to a role or an object that only one side has told together, what says that it exists first. */
function wholes(sums: readonly FactSum[]): FactSum[] {
  const single = sums.flatMap(({ facts: [fact], extension }) => (extension === undefined ? [fact] : []));
  const there = single.filter(({ kind, property }) => property === (kind === 'role' ? 'exists' : 'owner'));
  const firsts = new Map(there.map((fact) => [nameOf(fact), fact]));
  const wholeOf = (fact: Fact) =>
    [nameOf(fact), `table ${fact.object}`, tableOfColumn(fact)].find((name) => firsts.has(name));
  const together = grouped(
    single.filter((fact) => wholeOf(fact) !== undefined),
    (fact) => wholeOf(fact)!,
  ).map(({ key, items }): FactSum => {
    const first = firsts.get(key)!;
    return { whole: key, facts: [first, ...items.filter((fact) => fact !== first)] };
  });
  return [
    ...sums.filter(({ facts: [fact], extension }) => extension !== undefined || wholeOf(fact) === undefined),
    ...together,
  ];
}

const nameOf = ({ kind, object }: Fact) => `${kind} ${object}`;

const tableOfColumn = ({ kind, object }: Fact) => (kind === 'column' ? `table ${tableOf(object)}` : '');

/** `table public.t app DELETE grantable=false`, or `extension dblink: 2 objects, 3 facts`, or `table public.t: owner of admin, app SELECT`. */
export function sumText({ facts, extension, whole }: FactSum): string {
  if (whole !== undefined) {
    const [{ kind, role: owner }, ...rest] = facts;
    const others = rest
      // That an owner may do everything to its object goes without saying.
      .filter((fact) => !(isGrant(fact) && fact.role === owner))
      .map(({ role, property }) => (role === '' ? property : `${role} ${property}`));
    return `${whole}${kind === 'role' ? '' : ` of ${owner}`}${others.length === 0 ? '' : `: ${others.join(', ')}`}`;
  }
  if (extension === undefined) {
    return factLine(facts[0]).replaceAll('\t', ' ');
  }
  const { size } = new Set(facts.map(({ kind, object }) => `${kind} ${object}`));
  return `extension ${extension}: ${size} ${size === 1 ? 'object' : 'objects'}, ${facts.length} ${facts.length === 1 ? 'fact' : 'facts'}`;
}

function extensionOf({ detail: { extension } }: Fact): string | undefined {
  return typeof extension === 'string' ? extension : undefined;
}

function keyOf({ facts: [fact], extension, whole }: FactSum): Pick<Finding, 'code' | 'object' | 'identity' | 'access'> {
  const { kind, object, role, property } = fact;
  if (extension !== undefined) {
    return { code: 'drifted', object: extension, identity: '', access: 'extension' };
  }
  return whole === undefined
    ? { code: 'drifted', object, identity: role, access: isGrant(fact) ? property : `${kind} ${property}` }
    : { code: 'drifted', object, identity: '', access: kind };
}

type Side = FactSum & { isLive: boolean };

function finding(sides: readonly Side[], back: BackSql): Finding {
  const [first] = sides as readonly [Side, ...Side[]];
  const told = sides.map((side) => `${side.isLive ? 'live' : 'head as built'} only: ${sumText(side)}`);
  const isAccessLost = sides.every((side) => !side.isLive && side.facts.every(isAccess));
  const isOneFact = sides.length === 1 && first.extension === undefined && first.whole === undefined;
  const sql = isOneFact ? back(first.facts[0], first.isLive) : undefined;
  return {
    ...keyOf(first),
    severity: isAccessLost ? 'medium' : 'high',
    message: told.join('; '),
    remedy: sql ?? inWords(sides),
  };
}

/** What only gives access: where it is missing, somebody can do less. */
const isAccess = (fact: Fact) => isGrant(fact) || fact.kind === 'membership';

function inWords(sides: readonly Side[]): string {
  const what =
    sides.length > 1
      ? 'Change it back in the live database'
      : sides[0]!.isLive
        ? 'Take it away in the live database'
        : 'Put it back in the live database, or deploy the migration that makes it';
  return `${what}; if the live database is right, write the change into a new migration, and into the contract.`;
}

/** The SQL that makes a grant of the live database as it is built; undefined where one statement of its owner does not do it. */
type BackSql = (fact: Fact, isLive: boolean) => string | undefined;

function backSql(live: readonly Fact[], database: string): BackSql {
  const sql = new RemedySql(live, database);
  const owners = ownersOf(live);
  const roles = new Set(live.flatMap(({ kind, object }) => (kind === 'role' ? [object as string] : [])));
  return (fact, isLive) => {
    const { property, kind, object, role } = fact;
    const owner = owners.get(kind === 'column' ? `table ${tableOf(object)}` : `${kind} ${object}`);
    // A REVOKE, also a superuser's, takes back only what the owner granted.
    if (!isGrant(fact) || owner === undefined || owner !== fact.detail.grantor) {
      return undefined;
    }
    if (isLive) {
      return sql.revoke(property, kind, object, role);
    }
    const isThere = role === everyone || roles.has(role);
    return isThere && !fact.detail.grantable ? sql.grant(property, kind, object, role) : undefined;
  };
}
