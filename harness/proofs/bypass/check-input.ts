import type { ParsedContract } from '../../contract/contract.ts';
import { inheritedSources, isTenantIsolated } from '../../contract/declared.ts';
import { isPlatformName } from '../../contract/platforms/platform.ts';
import { isServerName, readServerProfile } from '../../contract/servers/server-profile.ts';
import { sessionsOf } from '../../contract/sessions.ts';

/** What the checks know of the contract: `$1` of every statement. */
export interface CheckInput {
  identities: { name: string; kind: string }[];
  tenancy: { column: string; setting: string } | null;
  tables: Record<
    string,
    {
      row_security: string;
      only_through: string[];
      isolated: boolean;
      shared: boolean;
      closed: boolean;
      whose: boolean;
    }
  >;
  /** Roles that are used only by sessions that see every row. */
  see_all: string[];
  /** Whether a platform is named. No role of ours is a superuser there. */
  platform: boolean;
  functions: string[];
  schemas: string[];
}

/** The part of the contract that the checks compare with the catalog. */
export function checkInput(contract: ParsedContract): CheckInput {
  const { identities, tables, functions, schemas } = contract;
  const { column, setting } = contract.tenancy ?? {};
  return {
    identities: Object.entries(identities).map(([name, { kind }]) => ({ name, kind })),
    tenancy: column === undefined || setting === undefined ? null : { column, setting },
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, { row_security, only_through, rows }]) => [
        name,
        {
          row_security,
          only_through,
          isolated: isTenantIsolated(contract, name),
          shared: rows === 'all',
          closed: rows === 'none',
          whose: rows !== undefined && rows !== 'all',
        },
      ]),
    ),
    see_all: rolesThatSeeAll(contract),
    platform: contract.platform !== undefined && !handsOutSuperuser(contract.platform),
    functions: Object.keys(functions),
    schemas: Object.keys(schemas),
  };
}

function rolesThatSeeAll(contract: ParsedContract): string[] {
  const rolesOf = (seesAll: boolean) =>
    sessionsOf(contract)
      .filter(({ sees }) => (sees === 'all') === seesAll)
      .flatMap(({ identity }) => inheritedSources(contract, identity));
  const others = new Set(rolesOf(false));
  return [...new Set(rolesOf(true))].filter((role) => !others.has(role));
}

function handsOutSuperuser(platform: string): boolean {
  return isServerName(platform) && !isPlatformName(platform) && readServerProfile(platform).superuser_is_handed_out;
}
