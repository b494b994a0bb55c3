import { sql, type SqlName } from '../../common/sql.ts';
import { effectiveAccess, type Access } from '../../catalog/access/effective-access.ts';
import { pathText } from '../../catalog/access/explain.ts';
import { roleOf, type Fact } from '../../catalog/fact.ts';
import { nameParts, tableOf } from '../../catalog/identifiers.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import {
  declaredColumns,
  declaredPrivileges,
  declaredSources,
  entryOf,
  judgedIdentities,
} from '../../contract/declared.ts';
import { quoteIdentifier } from '../../postgres/quote.ts';
import type { Finding } from '../../findings/finding.ts';
import { inWords, missingAccess } from './missing-access.ts';
import { contractLines } from '../../findings/contract-lines.ts';
import { Declaration } from '../../findings/declaration.ts';
import { RemedySql } from '../../findings/remedy-sql.ts';
import { revoke } from '../../findings/revoke.ts';
import { isServerAccess, isServerExtension, type Server } from '../../findings/server.ts';

/** Kinds of object whose grants the contract lists; access to anything else is never declared. */
const listedKinds = new Set([
  'database',
  'schema',
  'table',
  'view',
  'materialized-view',
  'column',
  'sequence',
  'function',
  'type',
]);

const isOfServer = (column: string) => /^(pg_catalog|information_schema)\./.test(column);

/** Details of an object whose owner is that of another object. */
const followed = ['row_of', 'multirange_of', 'constructor_of'];

/** Access of the contracted identities (except migrators) and of PUBLIC, from the facts alone. */
export function contractedAccess(contract: ParsedContract, facts: readonly Fact[]): Access[] {
  return effectiveAccess(facts, [...judgedIdentities(contract), 'PUBLIC']);
}

/**
 * Every effective privilege that the contract does not declare, whatever its path, and every declared privilege that is missing.
 */
export function judgeAccess(
  contract: ParsedContract,
  facts: readonly Fact[],
  access: readonly Access[],
  database: string,
  server?: Server,
): Finding[] {
  const sql = new RemedySql(facts, database);
  const declaration = new Declaration(contract, facts, server);
  const owners = facts.filter(({ property }) => property === 'owner');
  const objects = new Set(['database', ...owners.map(({ object }) => object)]);
  const extensionOf = new Map(
    owners.flatMap(({ kind, object, detail }) =>
      detail['extension'] === undefined ? [] : [[`${kind} ${object}`, String(detail['extension'])] as const],
    ),
  );
  const definers = new Set(facts.filter(({ property }) => property === 'security-definer').map(({ object }) => object));
  const isAsMade = asMade(owners);
  // If the contract does not name an object and its schema cannot be used, nobody can reach it, whatever was granted.
  const ofDatabase = access.filter(
    (one) =>
      (one.usable || entryOf(contract, wholeOf(one)) !== undefined) &&
      !extensionOf.has(`${one.kind} ${one.object}`) &&
      !isAsMade(one) &&
      !isServerAccess(
        server,
        one,
        one.paths.map(({ chain }) => chain.at(-1)!),
      ),
  );
  const owned = new Set(
    ofDatabase
      .filter((one) => one.privilege === 'OWNER' && !isDeclared(contract, sql, one))
      .map(({ identity, kind, object }) => `${identity}\t${kind}\t${object}`),
  );
  // An undeclared owner is a finding of its own. What the owner may therefore do is not reported again.
  const isOwners = ({ identity, kind, object, privilege, paths }: Access) =>
    privilege !== 'OWNER' && paths.every(({ via }) => via === 'owner') && owned.has(`${identity}\t${kind}\t${object}`);
  return [
    ...undeclaredExtensions(contract, access, extensionOf, server),
    ...builtInDefiners(contract, facts, declaration),
    ...ofDatabase
      .filter((one) => !isOwners(one))
      .flatMap((one) => undeclared({ contract, sql, declaration }, one, definers)),
    ...missingAccess(contract, sql, access, objects),
  ];
}

/**
 * Access that the application did not grant: the defaults of PUBLIC and of the owner on objects that come with the server or
 * belong to another object. `system-object-granted` reports a system object with other grants.
 */
function asMade(owners: readonly Fact[]): (access: Access) => boolean {
  const keyOf = ({ kind, object }: Pick<Fact, 'kind' | 'object'>) => `${kind} ${object}`;
  const followers = new Set(owners.filter(({ detail }) => followed.some((key) => key in detail)).map(keyOf));
  const builtin = new Set(owners.filter(({ detail }) => detail['builtin'] === true).map(keyOf));
  const bySystemCheck = ({ kind, privilege }: Access) =>
    privilege !== 'OWNER' && kind !== 'language' && kind !== 'tablespace' && kind !== 'type';
  return (access) =>
    (access.kind === 'column' && isOfServer(access.object)) ||
    (builtin.has(keyOf(access)) &&
      (bySystemCheck(access) ||
        access.paths.every(({ chain, grantable }) => chain.at(-1) === 'PUBLIC' && !grantable))) ||
    (followers.has(keyOf(access)) &&
      access.paths.every(({ via, grantable }) => via === 'owner' || (via === 'public' && !grantable)));
}

/** An extension that the contract does not name is one finding, not one for each of its functions. */
function undeclaredExtensions(
  contract: ParsedContract,
  access: readonly Access[],
  extensionOf: ReadonlyMap<string, string>,
  server: Server | undefined,
): Finding[] {
  const reachable = new Set(access.flatMap(({ kind, object }) => extensionOf.get(`${kind} ${object}`) ?? []));
  return [...reachable]
    .filter((extension) => !contract.extensions.includes(extension) && !isServerExtension(server, extension))
    .map((extension) => ({
      code: 'undeclared-extension',
      severity: 'medium',
      object: extension,
      identity: '',
      message: `objects of the extension ${extension} can be reached; the contract does not name it`,
      remedy: sql`DROP EXTENSION ${quoteIdentifier(extension)};`,
      ...contractLines({ declare: { extensions: [extension] } }),
    }));
}

/** A function of the server that was made SECURITY DEFINER. It runs as a superuser, and everyone may call most of them. */
function builtInDefiners(contract: ParsedContract, facts: readonly Fact[], declaration: Declaration): Finding[] {
  return facts
    .filter(
      ({ object, property, detail }) =>
        property === 'security-definer' &&
        object.startsWith('pg_catalog.') &&
        detail['extension'] === undefined &&
        !Object.hasOwn(contract.functions, object),
    )
    .map(({ object }) => ({
      code: 'undeclared-definer-function',
      severity: 'high',
      object,
      identity: 'PUBLIC',
      message: `${object}, in the schema of the server's own functions, is SECURITY DEFINER; the contract does not declare it`,
      remedy: `ALTER FUNCTION ${object} SECURITY INVOKER;`,
      ...declaration.definer(object),
    }));
}

/** What findings about access are written with. */
interface Ground {
  contract: ParsedContract;
  sql: RemedySql;
  declaration: Declaration;
}

function undeclared(ground: Ground, access: Access, definers: ReadonlySet<string>): Finding[] {
  const { contract, sql, declaration } = ground;
  const { identity, kind, object, privilege, paths } = access;
  // What PUBLIC has is reported for PUBLIC, and for the logins that it gives it to.
  const fromPublic = paths.every(({ chain }) => chain.at(-1) === 'PUBLIC');
  if (fromPublic && identity !== 'PUBLIC' && contract.identities[identity]?.kind !== 'login') {
    return [];
  }
  if (kind === 'role') {
    return undeclaredAttribute(ground, access);
  }
  const declared = isDeclared(contract, sql, access);
  const optional = paths.filter(({ grantable, via }) => grantable && via !== 'owner');
  if (declared && optional.length === 0) {
    return [];
  }
  const path = (declared ? optional : paths).map((one) => pathText(one, privilege, object)).join('; ');
  const what =
    privilege === 'OWNER'
      ? `owns ${inWords(kind, object)}`
      : `has ${privilege}${declared ? ' WITH GRANT OPTION' : ''} on ${inWords(kind, object)}`;
  return [
    {
      code:
        privilege === 'OWNER'
          ? 'undeclared-owner'
          : definers.has(object) && !Object.hasOwn(contract.functions, object)
            ? 'undeclared-definer-function'
            : 'undeclared-access',
      severity: identity === 'PUBLIC' || contract.identities[identity]?.kind === 'login' ? 'high' : 'medium',
      object,
      identity,
      access: privilege,
      message: `${identity} ${what} ${path}; the contract does not declare it`,
      remedy: revoke(contract, sql, access, declared),
      // A grant option cannot be declared.
      ...(declared ? {} : declaration.access(access)),
    },
  ];
}

/** Privileges on a column are part of those on its table. */
function wholeOf({ kind, object }: Pick<Access, 'kind' | 'object'>): SqlName {
  return kind === 'column' ? tableOf(object) : object;
}

function isDeclared(contract: ParsedContract, sql: RemedySql, { identity, kind, object, privilege }: Access): boolean {
  if (!listedKinds.has(kind)) {
    return false;
  }
  const whole = wholeOf({ kind, object });
  // A sequence that belongs to a column has its table's owner and cannot have another.
  const owner = (entryOf(contract, whole) ?? entryOf(contract, sql.tableOfSequence(kind, object) ?? ''))?.owner;
  return (
    (owner !== undefined && declaredSources(contract, identity).includes(owner)) ||
    declaredPrivileges(contract, identity, whole).has(privilege) ||
    (kind === 'column' && declaredColumns(contract, identity, whole, privilege).includes(nameParts(object)[2]!))
  );
}

/** An attribute of its own is judged with the role; here only one that SET ROLE reaches. */
function undeclaredAttribute({ contract, sql, declaration }: Ground, access: Access): Finding[] {
  const { identity, object, privilege, paths } = access;
  const sources = declaredSources(contract, identity);
  const role = roleOf({ object });
  if (
    role === identity ||
    (sources.includes(role) && contract.identities[role]?.attributes?.includes(privilege as 'SUPERUSER'))
  ) {
    return [];
  }
  const message = `${identity} reaches ${privilege} ${paths.map((one) => pathText(one, privilege, object)).join('; ')}; the contract does not declare it`;
  return [
    {
      code: 'undeclared-attribute',
      severity: 'high',
      object,
      identity,
      access: privilege,
      message,
      remedy: revoke(contract, sql, access, false),
      ...declaration.attribute(role, privilege, paths[0]),
    },
  ];
}
