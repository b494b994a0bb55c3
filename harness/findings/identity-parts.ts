import type { Fact } from '../catalog/fact.ts';
import { everyone } from '../catalog/role-name.ts';
import { indexBy } from '../common/index-by.ts';
import type { RoleName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredMemberships, usualAttributes } from '../contract/declared.ts';
import { together, type ContractChange, type ContractPart } from './contract-lines.ts';
import { membershipOptions, membershipsSeen, type MembershipOption, type SeenMembership } from './memberships-seen.ts';
import { attributesOf, namedAttributes, roleKinds, settingsOf, type RoleKind } from './role-as-it-is.ts';
import type { Server } from './server.ts';

type Options = Readonly<Record<MembershipOption, boolean>>;

/** Parts of a contract that name roles as they are, with what they are members of. Pure. */
export class IdentityParts {
  readonly #contract: ParsedContract;
  readonly #facts: readonly Fact[];
  readonly #seen: ReadonlyMap<RoleName, readonly SeenMembership[]>;
  readonly #kindOf: (role: RoleName) => RoleKind;

  constructor(contract: ParsedContract, facts: readonly Fact[], server: Server | undefined) {
    this.#contract = contract;
    this.#facts = facts;
    this.#seen = indexBy(membershipsSeen(contract, facts, server), ({ member }) => [member]);
    const kindOf = roleKinds(facts, contract);
    this.#kindOf = (role) => (server?.admins.has(role) === true ? 'migrator' : kindOf(role));
  }

  /** The role as an identity, and the groups that it is in: nothing of what the contract names already, and of the server's own. */
  identity(role: RoleName, known: ReadonlySet<RoleName> = new Set()): ContractPart {
    if (this.#isNamed(role) || known.has(role)) {
      return {};
    }
    const kind = this.#kindOf(role);
    const attributes = namedAttributes(kind, attributesOf(this.#facts, role));
    const settings = settingsOf(this.#facts, role);
    const groups = (this.#seen.get(role) ?? []).filter(({ grantors }) => grantors.length > 0);
    const entry = {
      kind,
      ...(attributes === undefined ? {} : { attributes }),
      ...(groups.length === 0 ? {} : { member_of: groups.map((one) => written(one.group, givenOf(one))) }),
      ...(Object.keys(settings).length === 0 ? {} : { settings }),
    };
    const further = new Set([...known, role]);
    return together({ identities: { [role]: entry } }, ...groups.map(({ group }) => this.identity(group, further)));
  }

  isMigrator(role: RoleName): boolean {
    return this.#kindOf(role) === 'migrator';
  }

  /** A membership with the options that it has, beside those that the contract gives it already. */
  membership(member: RoleName, group: RoleName): ContractChange {
    const seen = (this.#seen.get(member) ?? []).find((one) => one.group === group);
    const declared = declaredMemberships(this.#contract, member).find(({ role }) => role === group);
    const given = givenOf(seen);
    const all = optionsWhere((option) => given[option] || declared?.[option] === true);
    const groups = this.identity(group);
    if (!this.#isNamed(member)) {
      return { declare: together(this.identity(member), groups) };
    }
    return {
      declare: together({ identities: { [member]: { member_of: [written(group, all)] } } }, groups),
      ...(declared === undefined
        ? {}
        : { retract: { identities: { [member]: { member_of: [written(group, declared)] } } } }),
    };
  }

  /** Attributes of a role beside those that it is meant to have. */
  attribute(role: RoleName, attribute: string): ContractPart {
    const known = this.#contract.identities[role];
    const has: readonly string[] =
      known === undefined
        ? attributesOf(this.#facts, role)
        : (known.attributes ??
          (known.kind === 'migrator' ? attributesOf(this.#facts, role) : usualAttributes(known.kind)));
    const attributes = [...has.filter((word) => word !== attribute), attribute];
    return together(this.identity(role), { identities: { [role]: { attributes } } });
  }

  #isNamed(role: RoleName): boolean {
    return role === everyone || role.startsWith('pg_') || Object.hasOwn(this.#contract.identities, role);
  }
}

function optionsWhere(has: (option: MembershipOption) => boolean): Options {
  return { inherit: has('inherit'), set: has('set'), admin: has('admin') };
}

function givenOf(seen: SeenMembership | undefined): Options {
  return optionsWhere((option) => seen?.grantors.some(({ gave }) => gave.includes(option)) ?? false);
}

/** The group alone, where the options are the usual ones; else those that differ. */
function written(role: RoleName, options: Options): string | ContractPart {
  const usual: Options = { inherit: true, set: true, admin: false };
  const other = membershipOptions.filter((option) => options[option] !== usual[option]);
  return other.length === 0 ? role : { role, ...Object.fromEntries(other.map((option) => [option, options[option]])) };
}
