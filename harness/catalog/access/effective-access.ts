import type { RoleName, SqlName } from '../../common/sql.ts';
import type { Fact, FactKind } from '../fact.ts';
import { rolesHaving } from '../roles-having.ts';
import { holdings, type Basis, type Holding } from './holdings.ts';
import { memberships, type Assumed, type UsableRole } from './memberships.ts';
import { schemaUsage } from './schema-usage.ts';

export type { Via } from './holdings.ts';
export type { Assumed } from './memberships.ts';

/** One path by which an identity has a privilege. */
export interface Path extends Basis {
  /** From the identity to the role that holds the privilege (`PUBLIC` for everyone's). */
  chain: RoleName[];
  /** `set-role` if the identity must first change its role. */
  assumed: Assumed;
}

/** A privilege that an identity has, with every path to it, the shortest first. */
export interface Access {
  identity: RoleName;
  kind: FactKind;
  /** For the kind `role`, a role: see `roleOf`. */
  object: SqlName;
  /** As in ACLs. `OWNER` for ownership; for a role its attribute: `SUPERUSER`, `BYPASSRLS`, … */
  privilege: string;
  /** Whether the schema can be used too, as the same role. Always true for an object outside of schemas. */
  usable: boolean;
  paths: Path[];
}

/**
 * Everything that each identity can do, sorted by identity, kind, object and privilege. A superuser can do everything, which only
 * its attribute says. A role that does not exist can do nothing. `PUBLIC` may be among the identities.
 */
export function effectiveAccess(facts: readonly Fact[], identities: readonly string[]): Access[] {
  const roles = new Set(facts.filter((fact) => fact.kind === 'role').map((fact) => fact.object));
  const superusers = rolesHaving(facts, 'superuser');
  const members = memberships(facts);
  const held = holdings(facts, identities);
  const usage = schemaUsage(held, members, superusers);

  return [...new Set(identities)].sort().flatMap((identity) => {
    const found = new Found(identity, usage);
    if (identity === 'PUBLIC') {
      found.addAll(held.privileges, { role: 'PUBLIC', chain: ['PUBLIC'], assumed: 'inherited', states: ['PUBLIC'] });
    } else if (superusers.has(identity)) {
      found.addAll(held.attributes, { role: identity, chain: [identity], assumed: 'inherited', states: [identity] });
    } else if (roles.has(identity)) {
      const states = members.settableBy(identity);
      for (const role of members.usableRoles(identity)) {
        found.addAll(held.privileges, role);
      }
      found.addAll(held.privileges, {
        role: 'PUBLIC',
        chain: [identity, 'PUBLIC'],
        assumed: 'inherited',
        states: [...states.keys()],
      });
      for (const [role, chain] of states) {
        found.addAll(held.attributes, {
          role,
          chain,
          assumed: role === identity ? 'inherited' : 'set-role',
          states: [role],
        });
      }
    }
    return found.sorted();
  });
}

/** What was found for one identity so far, with one entry for each target. */
class Found {
  readonly #identity: string;
  readonly #usage: (role: UsableRole, schema: string) => boolean;
  readonly #byRank = new Map<number, Access>();

  constructor(identity: string, usage: (role: UsableRole, schema: string) => boolean) {
    this.#identity = identity;
    this.#usage = usage;
  }

  addAll(held: Map<string, Holding[]>, role: UsableRole): void {
    const { chain, assumed } = role;
    for (const { target, basis } of held.get(role.role) ?? []) {
      const { kind, object, privilege, schema, rank } = target;
      const path: Path = { ...basis, chain, assumed };
      const usable = schema === undefined || this.#usage(role, schema);
      const known = this.#byRank.get(rank);
      if (known) {
        known.paths.push(path);
        known.usable ||= usable;
      } else {
        this.#byRank.set(rank, { identity: this.#identity, kind, object, privilege, usable, paths: [path] });
      }
    }
  }

  sorted(): Access[] {
    const ranks = Uint32Array.from(this.#byRank.keys()).sort();
    return Array.from(ranks, (rank) => {
      const access = this.#byRank.get(rank)!;
      if (access.paths.length > 1) {
        access.paths.sort(byNearness);
      }
      return access;
    });
  }
}

function byNearness(a: Path, b: Path): number {
  const byText = (x: string, y: string) => (x < y ? -1 : Number(x > y));
  return (
    byText(a.assumed, b.assumed) ||
    a.chain.length - b.chain.length ||
    byText(a.chain.join('\t'), b.chain.join('\t')) ||
    byText(a.via, b.via) ||
    byText(a.grantor ?? '', b.grantor ?? '')
  );
}
