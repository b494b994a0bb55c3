import { diffFacts, type FactDiff } from '../catalog/diff-facts.ts';
import type { Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { ownerIn, ownersOf } from '../catalog/owners.ts';
import { byCodeUnit } from '../common/order.ts';
import type { RoleName } from '../common/sql.ts';
import { grouped } from '../common/text.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { forAdmin } from './as-admin.ts';
import { concerning, ofCustomer } from './drift-scope.ts';
import { backSql, type BackSql } from './drift-sql.ts';
import { wholesOf, type FactSum } from './drift-sums.ts';
import { sumWords } from './drift-words.ts';
import { findingKey, sortFindings, type Finding } from './finding.ts';
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
  const ground = { back: backSql(built, live, database), owners: ownersOf(live) };
  const sides = [
    ...wholesOf(added, live, built).map((sum) => ({ ...sum, isLive: true })),
    ...wholesOf(removed, built, live).map((sum) => ({ ...sum, isLive: false })),
  ];
  const findings = grouped(sides, (side) => findingKey(keyOf(side))).map(({ items }) => finding(items, ground));
  const server = serverOf(live, contract);
  return sortFindings(server === undefined ? findings : forAdmin(findings, server, live));
}

type Side = FactSum & { isLive: boolean };

function keyOf({ facts: [fact], extension, whole }: FactSum): Pick<Finding, 'code' | 'object' | 'identity' | 'access'> {
  const { kind, object, role, property } = fact;
  if (extension !== undefined) {
    return { code: 'drifted', object: extension, identity: '', access: 'extension' };
  }
  if (whole !== undefined) {
    return { code: 'drifted', object, identity: '', access: whole === 'moved' ? `${kind} owner` : kind };
  }
  // A policy is called `policy mine` as it is.
  const what = `${property} `.startsWith(`${kind} `) ? property : `${kind} ${property}`;
  return { code: 'drifted', object, identity: role, access: isGrant(fact) ? property : what };
}

interface Ground {
  back: BackSql;
  owners: ReadonlyMap<string, RoleName>;
}

function finding(sides: readonly Side[], { back, owners }: Ground): Finding {
  const [first] = sides as readonly [Side, ...Side[]];
  const told = sides.map((side) => `${side.isLive ? 'live' : 'head as built'} only: ${sumWords(side)}`);
  const [is, was] = [true, false].map((isLive) => sides.filter((side) => side.isLive === isLive));
  const isOneFact =
    is!.length < 2 &&
    was!.length < 2 &&
    sides.every(({ extension, whole }) => extension === undefined && whole !== 'lacked');
  const [live, built] = [is![0]?.facts[0], was![0]?.facts[0]];
  const sql = isOneFact ? back({ ...(live && { live }), ...(built && { built }) }) : undefined;
  return {
    ...keyOf(first),
    severity: isAccessLost(sides) ? 'medium' : 'high',
    message: told.join('; '),
    remedy: sql ?? inWords(sides, owners),
  };
}

/** Where nothing is missing but access, or the right to pass it on, somebody can do less. */
function isAccessLost(sides: readonly Side[]): boolean {
  const facts = (isLive: boolean) => sides.flatMap((side) => (side.isLive === isLive ? side.facts : []));
  const [is, was] = [facts(true), facts(false)];
  return (
    [...is, ...was].every((fact) => isGrant(fact) || fact.kind === 'membership') &&
    is.every((fact) => isGrant(fact) && !fact.detail.grantable && was.some((one) => isSameButForOption(one, fact)))
  );
}

const isSameButForOption = (one: Fact, other: Fact) =>
  isGrant(one) && one.kind === other.kind && one.detail.grantor === other.detail['grantor'];

function inWords(sides: readonly Side[], owners: Ground['owners']): string {
  const isLive = new Set(sides.map((side) => side.isLive));
  const what =
    isLive.size > 1
      ? 'Change it back in the live database'
      : isLive.has(true)
        ? `Take it away in the live database${asGrantors(sides, owners)}`
        : 'Put it back in the live database, or deploy the migration that makes it';
  return `${what}; if the live database is right, write the change into a new migration, and into the contract.`;
}

/** Of what others granted than the owner, the owner takes back nothing. */
function asGrantors(sides: readonly Side[], owners: Ground['owners']): string {
  const granted = sides.flatMap(({ facts, whole, extension }) =>
    whole === undefined && extension === undefined && isGrant(facts[0]) ? [facts[0]] : [],
  );
  const grantors = new Set(granted.map(({ detail }) => detail.grantor));
  const isForeign = granted.some((fact) => ownerIn(owners, fact) !== fact.detail.grantor);
  return isForeign ? `, as who granted it (${[...grantors].toSorted(byCodeUnit).join(', ')})` : '';
}
