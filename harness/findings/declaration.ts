import type { Access, Path } from '../catalog/access/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import { isGrant } from '../catalog/grant.ts';
import { nameParts } from '../catalog/identifiers.ts';
import { everyone } from '../catalog/role-name.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { entryOf } from '../contract/declared.ts';
import {
  contractLines,
  together,
  type ContractChange,
  type ContractLines,
  type ContractPart,
} from './contract-lines.ts';
import { withContradictions } from './contradictions.ts';
import { IdentityParts } from './identity-parts.ts';
import { undeclaredLinks } from './revoke.ts';
import { isMade } from './role-as-it-is.ts';
import type { Server } from './server.ts';

/** The section of the contract for a kind of object. */
const sectionOf: Readonly<Record<string, 'schemas' | 'tables' | 'sequences' | 'functions' | 'types'>> = {
  schema: 'schemas',
  table: 'tables',
  view: 'tables',
  'materialized-view': 'tables',
  column: 'tables',
  sequence: 'sequences',
  function: 'functions',
  type: 'types',
};

/** More grants of one role than these are not a change that somebody reads: the next run says them one by one. */
const mostGrants = 20;

/** Something that is had of an object. */
interface Held {
  kind: string;
  object: SqlName;
  privilege: string;
}

/** Writes the lines of a contract that would declare what is there, where that is meant. Pure. */
export class Declaration {
  readonly #contract: ParsedContract;
  readonly #facts: readonly Fact[];
  readonly #identities: IdentityParts;
  readonly #definers: ReadonlyMap<SqlName, Fact['detail']>;

  constructor(contract: ParsedContract, facts: readonly Fact[], server: Server | undefined) {
    this.#contract = contract;
    this.#facts = facts;
    this.#identities = new IdentityParts(contract, facts, server);
    this.#definers = new Map(
      facts
        .filter(({ property }) => property === 'security-definer')
        .map(({ object, detail }) => [object, detail] as const),
    );
  }

  /** An access by the path that takes the least to declare: its memberships, and the grant or the owner at its end. */
  access({ kind, object, privilege, paths }: Pick<Access, 'kind' | 'object' | 'privilege' | 'paths'>): ContractLines {
    const [path] = paths.toSorted((a, b) => this.#undeclaredIn(a) - this.#undeclaredIn(b));
    const grantee = path?.chain.at(-1);
    if (grantee === undefined) {
      return {};
    }
    const held = this.#held({ kind, object, privilege }, grantee);
    return held === undefined ? {} : this.#lines(this.#links(path!), { declare: held }, object);
  }

  /** A grant to a role itself. */
  grant(held: Held, grantee: RoleName): ContractLines {
    const declare = this.#held(held, grantee);
    return declare === undefined ? {} : this.#lines({}, { declare }, held.object);
  }

  /** The owner of an object. */
  owner(section: string, object: SqlName, owner: RoleName): ContractLines {
    const named = owner === 'pg_database_owner' ? {} : this.#identities.identity(owner);
    return contractLines({ declare: together(named, { [section]: { [object]: { owner } } }) });
  }

  membership(member: RoleName, group: RoleName): ContractLines {
    return this.#lines(this.#identities.membership(member, group), {});
  }

  /** An attribute of a role, which somebody may have to assume first. */
  attribute(role: RoleName, attribute: string, path?: Path): ContractLines {
    return this.#lines(path === undefined ? {} : this.#links(path), {
      declare: this.#identities.attribute(role, attribute),
    });
  }

  /** A role as an identity, with what it was granted and what it owns: to a migrator all of that is open. */
  role(role: RoleName): ContractLines {
    const identity = this.#identities.identity(role);
    if (this.#identities.isMigrator(role)) {
      return contractLines({ declare: identity });
    }
    const held = this.#facts.filter(
      (fact) => fact.role === role && (isMade(fact) || (isGrant(fact) && !Object.hasOwn(fact.detail, 'extension'))),
    );
    const parts = held.map(
      ({ kind, object, property }) =>
        this.#held({ kind, object, privilege: property === 'owner' ? 'OWNER' : property }, role) ?? {},
    );
    return this.#lines({ declare: identity }, { declare: together(...(parts.length > mostGrants ? [] : parts)) });
  }

  /** What the contract would have to say of a SECURITY DEFINER function. */
  definer(fn: SqlName): ContractLines {
    return contractLines({ declare: { functions: { [fn]: definerEntry(this.#definers.get(fn) ?? {}) } } });
  }

  /** A grant, or ownership, as a part of the contract; undefined where it has no place for it. */
  #held({ kind, object, privilege }: Held, grantee: RoleName): ContractPart | undefined {
    const [schema, table, column] = nameParts(object);
    const name = kind === 'column' ? `${schema!}.${table!}` : object;
    const word = kind === 'column' ? `${privilege}(${column!})` : privilege;
    const section = sectionOf[kind];
    const isDatabase = object === 'database';
    if (isDatabase ? privilege === 'OWNER' : section === undefined) {
      return undefined;
    }
    const entry = isDatabase ? this.#contract.database : this.#contract[section!][name];
    if (!isDatabase && entryOf(this.#contract, name) !== entry) {
      // A row type has the name of its table, of which the contract speaks.
      return undefined;
    }
    const known = entry?.grants[grantee] ?? [];
    const said = privilege === 'OWNER' ? { owner: grantee } : { grants: { [grantee]: [...known, word] } };
    const definer = Object.hasOwn(this.#contract.functions, object) ? undefined : this.#definers.get(object);
    const whole = { ...(definer === undefined ? {} : definerEntry(definer)), ...said };
    return together(
      this.#identities.identity(grantee),
      isDatabase ? { database: said } : { [section!]: { [name]: whole } },
    );
  }

  #undeclaredIn(path: Path): number {
    const end = path.chain.at(-1)!;
    const isNamed = end === everyone || Object.hasOwn(this.#contract.identities, end);
    return undeclaredLinks(this.#contract, path).length * 2 + (isNamed ? 0 : 1);
  }

  #links(path: Path): ContractChange {
    const changes = undeclaredLinks(this.#contract, path).map(({ member, group }) =>
      this.#identities.membership(member, group),
    );
    return joined(...changes);
  }

  /** The lines; whoever becomes a member of something may come to have more of any object. */
  #lines(members: ContractChange, change: ContractChange, object?: SqlName): ContractLines {
    const hasMembers = Object.keys(members.declare ?? {}).length > 0;
    return contractLines(withContradictions(this.#contract, joined(members, change), hasMembers ? undefined : object));
  }
}

function joined(...changes: readonly ContractChange[]): Required<ContractChange> {
  return {
    declare: together(...changes.map(({ declare = {} }) => declare)),
    retract: together(...changes.map(({ retract = {} }) => retract)),
  };
}

/** What the contract says of a SECURITY DEFINER function, of which the facts tell this. */
export function definerEntry({ search_path: searchPath, body, returns }: Fact['detail']): ContractPart {
  return {
    security: 'definer',
    ...(typeof searchPath === 'string' ? { search_path: searchPath } : {}),
    ...(typeof body === 'string' ? { body_sha256: body } : {}),
    ...(typeof returns === 'string' ? { returns } : {}),
  };
}

/** Lines of YAML that would declare what default privileges give; none for whom or what the contract cannot. */
export function futureLines(
  contract: ParsedContract,
  { section, grantee, privilege }: { section: string; grantee: string; privilege: string },
): ContractLines {
  if (!Object.hasOwn(contract.future, section) && !['tables', 'sequences', 'functions', 'types'].includes(section)) {
    return {};
  }
  if (grantee !== 'PUBLIC' && !Object.hasOwn(contract.identities, grantee)) {
    return {};
  }
  const known = contract.future[section as keyof ParsedContract['future']]?.[grantee] ?? [];
  return contractLines({ declare: { future: { [section]: { [grantee]: [...known, privilege] } } } });
}
