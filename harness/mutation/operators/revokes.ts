import { tableOf } from '../../catalog/identifiers.ts';
import { joined, lowered, type RoleName, sql, type SqlText, verbatim } from '../../common/sql.ts';
import type { Fact } from '../../catalog/fact.ts';
import type { Grant } from '../../catalog/grant.ts';
import { columnGrant, declaredMemberships, entryOf, type ListedKind } from '../../contract/declared.ts';
import { headIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { onDatabase, onObject, roleSql, settingName, settingSql } from '../sql-text.ts';

/** Revokes what the contract declares. */
export const revokes: Operator[] = [
  {
    name: 'revoke',
    narrowing: true,
    about: 'Takes away a declared grant: something that worked must stop, and somebody must notice.',
    changes: revokedGrants,
  },
  {
    name: 'revoke-membership',
    ofRoles: true,
    narrowing: true,
    about: 'Takes away a declared membership, and with it whatever it gave.',
    changes: revokedMemberships,
  },
  {
    name: 'revoke-attribute',
    ofRoles: true,
    narrowing: true,
    about: 'Takes away an attribute a role needs: to log in, or to pass row security where it must.',
    changes: revokedAttributes,
  },
  {
    name: 'revoke-setting',
    ofRoles: true,
    about: 'Resets a declared setting of a role, as a search_path that kept strangers’ objects out.',
    changes: revokedSettings,
  },
];

function revokedGrants(state: MutationState): Change[] {
  const head = headIndex(state);
  const owners = new Map(head.objects.map(({ kind, object, owner }) => [`${kind}\t${object}`, owner]));
  return head.grants
    .filter((grant) => isDeclared(state, grant))
    .map((grant) => {
      const { kind, object, role, property, detail } = grant;
      const onColumn = kind === 'column';
      const of = onColumn ? tableOf(object) : object;
      const grantKind =
        onColumn || kind === 'view' || kind === 'materialized-view' ? 'table' : (kind as ListedKind | 'database');
      const what = onColumn ? sql`${lowered(property)} (${verbatim(object.slice(of.length + 1))})` : lowered(property);
      const revoke = onObject(
        sql`revoke ${what}`,
        grantKind,
        of,
        sql`from ${roleSql(role)}${detail.grantable ? ' cascade' : ''}`,
      );
      const owner = owners.get(`${grantKind}\t${of}`);
      return {
        object,
        identity: role,
        details: [property, ...(detail.grantor === owner ? [] : [detail.grantor])],
        description: `${role} loses ${property} on ${object}.`,
        sql: asGrantor(detail.grantor, owner, revoke),
        ...(property === 'CONNECT' ? { undo: joined(connectAgain(head.grants, grant, owner), ' ') } : {}),
      };
    });
}

/** A superuser grants and revokes as the owner. Only the grantor itself can revoke what another role granted. */
function asGrantor(grantor: RoleName, owner: RoleName | undefined, statement: SqlText): SqlText {
  return grantor === owner ? sql`${statement};` : sql`set role ${roleSql(grantor)}; ${statement}; reset role;`;
}

/** Restores CONNECT as it was, with the grants that the role had passed on, which CASCADE removes too. */
function connectAgain(
  grants: readonly Grant[],
  { object, role, detail }: Grant,
  owner: RoleName | undefined,
): SqlText[] {
  const again = onObject(
    'grant connect',
    'database',
    object,
    sql`to ${roleSql(role)}${detail.grantable ? ' with grant option' : ''}`,
  );
  const on = grants.filter(
    ({ kind, property, ...grant }) =>
      kind === 'database' &&
      property === 'CONNECT' &&
      role !== owner &&
      grant.detail.grantor === role &&
      grant.role !== role,
  );
  return [asGrantor(detail.grantor, owner, again), ...on.flatMap((grant) => connectAgain(grants, grant, owner))];
}

function isDeclared({ contract }: MutationState, { kind, object, role, property }: Grant): boolean {
  if (kind === 'column') {
    const column = object.slice(tableOf(object).length + 1);
    const declared = (entryOf(contract, tableOf(object))?.grants[role] ?? []).map(columnGrant);
    return declared.some((grant) => grant?.privilege === property && grant.columns.includes(column));
  }
  const grants = kind === 'database' ? contract.database.grants : (entryOf(contract, object)?.grants ?? {});
  return grants[role]?.includes(property as never) ?? false;
}

function revokedMemberships(state: MutationState): Change[] {
  const head = headIndex(state);
  const given = head.facts('membership');
  return head.identities.flatMap((member) =>
    declaredMemberships(state.contract, member).flatMap(({ role }): Change[] => {
      const grants = given.filter((fact) => fact.object === role && fact.role === member);
      if (grants.length === 0) {
        return [];
      }
      return [
        {
          object: role,
          identity: member,
          description: `${member} is no longer a member of ${role}.`,
          sql: grants
            .map(
              (grant) => sql`revoke ${roleSql(role)} from ${roleSql(member)}${grantedBy(grant, state.major)} cascade;`,
            )
            .join(' '),
        },
      ];
    }),
  );
}

// Before PostgreSQL 16 the grantor of a membership was only recorded.
function grantedBy({ detail }: Fact, major: number): SqlText {
  return major >= 16 ? sql` granted by ${roleSql(String(detail['grantor']))}` : '';
}

function revokedAttributes(state: MutationState): Change[] {
  const head = headIndex(state);
  // `no-inherit` takes INHERIT away.
  return head.identities.flatMap((role) =>
    (['login', 'superuser', 'createdb', 'createrole', 'replication', 'bypassrls'] as const)
      .filter((attribute) => head.has('role', role, '', attribute))
      .map((attribute) => ({
        identity: role,
        details: [attribute],
        description: `${role} loses ${attribute.toUpperCase()}.`,
        sql: sql`alter role ${roleSql(role)} no${attribute};`,
        ...(attribute === 'login' ? { undo: sql`alter role ${roleSql(role)} login;` } : {}),
      })),
  );
}

function revokedSettings(state: MutationState): Change[] {
  const head = headIndex(state);
  return head
    .facts('setting')
    .filter(
      ({ role, property }) =>
        head.identities.includes(role) && property in (state.contract.identities[role]?.settings ?? {}),
    )
    .map(({ object, role, property, detail }) => {
      const name = settingName(property);
      const value = String(detail['value']);
      const everywhere = object === 'cluster';
      // Only what can be restored is taken from a whole server. A copied database has no settings of its own.
      const undo =
        everywhere && !value.startsWith('sha256:')
          ? { undo: sql`alter role ${roleSql(role)} set ${name} = ${settingSql(property, value)};` }
          : {};
      return {
        object,
        identity: role,
        details: [property],
        description: `${role} loses its setting ${property}.`,
        sql: everywhere
          ? sql`alter role ${roleSql(role)} reset ${name};`
          : sql`${onDatabase(sql`alter role ${roleSql(role)} in database`, sql`reset ${name}`)};`,
        ...undo,
      };
    });
}
