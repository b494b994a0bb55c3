import type { Access } from '../catalog/access/effective-access.ts';
import { everyRole } from '../catalog/roles-having.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import { accessChanges } from './access-changes.ts';
import { changeClasses, gravity, type Change, type Side } from './change.ts';
import { contractChanges, type ContractLine } from './contract-changes.ts';
import { furtherChanges } from './further-changes.ts';
import { moves } from './moves.ts';
import { ownerChanges } from './owner-changes.ts';
import { policyChanges } from './policy-changes.ts';
import { promiseChanges } from './promise-changes.ts';
import { Reached, onlyIn } from './reached.ts';
import { roleChanges } from './role-changes.ts';
import { ownersRights } from './runs-as-owner.ts';
import { code, extensionsOf, named } from './words.ts';

/** The differences between two revisions of a project in who can do what, the gravest first. */
export function judgeChanges(
  base: Side,
  head: Side,
  { parser, of, before }: { parser: SqlParser; of: ContractLine; before: ContractLine },
): Change[] {
  const roles = rolesOf(base, head);
  const [was, is] = [new Reached(base.facts, roles), new Reached(head.facts, roles)];
  const extensions = new Map([...extensionsOf(base.facts), ...extensionsOf(head.facts)]);
  const compared = { base: was, head: is, extensions };
  const told = new Set<string>();
  for (const [there, here] of [
    [is, was],
    [was, is],
  ] as const) {
    for (const { cause } of onlyIn(there, here)) {
      if (cause.by === 'membership') {
        told.add(`${cause.member}\t${cause.group}`);
      }
    }
  }
  const moved = moves(was, is, extensions);
  for (const access of is.accesses) {
    // The new membership itself reports what somebody can do through it and could do before.
    if (was.of(access.identity, access) !== undefined && access.paths.length > 0) {
      const [nearest] = access.paths;
      const before = was.of(access.identity, access)!;
      const chain = nearest!.chain;
      if (chain.length > 1 && !before.paths.some((path) => path.chain.join('\t') === chain.join('\t'))) {
        chain.slice(1).forEach((group, index) => told.add(`${chain[index]!}\t${group}`));
      }
    }
  }
  const changes = [
    ...accessChanges({ ...compared, remark: remarkOf(base, head, is) }),
    ...moved,
    ...ownerChanges(compared, { base, head }),
    ...roleChanges(was, is, told),
    ...policyChanges(base, head, parser),
    ...ownersRights({ base, head, was, is }, parser),
    ...promiseChanges(base, head),
    ...furtherChanges(base, head, was, is),
    ...contractOf(base, head, { of, before, was, is }),
  ];
  return inOrder(changes);
}

function rolesOf(base: Side, head: Side): RoleName[] {
  const there = [base, head].flatMap(({ facts }) => everyRole(facts));
  const contracted = [base, head].flatMap(({ contract }) => Object.keys(contract?.identities ?? {}));
  return [...new Set([...there, ...contracted])];
}

/** The gravest first: by class, by subject, then by words. */
export function inOrder(changes: readonly Change[]): Change[] {
  const abouts = Object.keys(gravity);
  const rank = ({ class: to, about }: Change) => changeClasses.indexOf(to) * 100 + abouts.indexOf(about);
  const words = ({ lead, object, tail }: Change) => `${lead} ${object?.name ?? ''} ${tail}`;
  return changes.toSorted((a, b) => rank(a) - rank(b) || (words(a) < words(b) ? -1 : Number(words(a) > words(b))));
}

/** Whose rights an object uses, and which rows of a new table are open. */
function remarkOf(base: Side, head: Side, is: Reached) {
  const properties = (side: Side) =>
    new Map(side.facts.map((fact) => [[fact.kind, fact.object, fact.property].join('\t'), fact.detail]));
  const all = { base: properties(base), head: properties(head) };
  const policies = (object: SqlName) =>
    head.facts.filter((fact) => fact.kind === 'policy' && fact.object === object).map(({ policy }) => String(policy));
  return (side: Reached, { kind, object, privilege }: Pick<Access, 'kind' | 'object' | 'privilege'>): string => {
    const said = side === is ? all.head : all.base;
    const owner = side.owners.get(`${kind}\t${object}`);
    const detail = said.get([kind, object, kind === 'function' ? 'security-definer' : kind].join('\t'));
    if (owner !== undefined && detail !== undefined && kind === 'function') {
      return `, which runs as ${code(owner)}`;
    }
    if (
      owner !== undefined &&
      (kind === 'view' || kind === 'materialized-view') &&
      detail?.['security_invoker'] !== true
    ) {
      return `, which reads as ${code(owner)}`;
    }
    if (
      kind !== 'table' ||
      side !== is ||
      all.base.has(['table', object, 'owner'].join('\t')) ||
      privilege === 'TRIGGER'
    ) {
      return '';
    }
    const names = policies(object);
    const isOn = all.head.get(['table', object, 'row-security'].join('\t'))?.['enabled'] === true;
    return !isOn ? ', every row' : names.length === 0 ? ', no row' : `, rows by policy ${named(names)}`;
  };
}

function contractOf(
  base: Side,
  head: Side,
  { was, is, ...lines }: { of: ContractLine; before: ContractLine; was: Reached; is: Reached },
): Change[] {
  if (base.contract === undefined || head.contract === undefined) {
    return [];
  }
  const touched = new Set(
    [...onlyIn(is, was), ...onlyIn(was, is)].flatMap(({ access, path }) =>
      path.chain.map(
        (role) => `${role}\t${access.kind === 'column' ? access.object.replace(/\.[^.]*$/, '') : access.object}`,
      ),
    ),
  );
  for (const [key, owner] of is.owners) {
    if (was.owners.get(key) !== owner) {
      touched.add(`${owner}\t${key.split('\t')[1]!}`);
    }
  }
  const grants = (facts: Side['facts']) =>
    new Set(facts.map(({ object, role, property }) => [role, object, property].join('\t')));
  const [old, young] = [grants(base.facts), grants(head.facts)];
  for (const key of [...[...young].filter((one) => !old.has(one)), ...[...old].filter((one) => !young.has(one))]) {
    touched.add(key.split('\t').slice(0, 2).join('\t'));
  }
  return contractChanges(base.contract, head.contract, {
    ...lines,
    isTold: ({ role, object }) => touched.has(`${role}\t${object}`),
  });
}
