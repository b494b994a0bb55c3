import type { Fact } from '../catalog/fact.ts';
import { schemaOf, tableOf } from '../catalog/identifiers.ts';
import { roleSql } from '../catalog/role-name.ts';
import { byCodeUnit } from '../common/order.ts';
import { plainName, sql, type RoleName } from '../common/sql.ts';
import { adminRights, type AdminRights } from './admin-rights.ts';
import type { Finding } from './finding.ts';
import { isExecutable } from './remedy-trial.ts';
import type { Server } from './server.ts';

/** What a statement needs: the rights of roles, or in words something that no admin of the server may do. */
type Asks = { rightsOf: readonly RoleName[]; sql?: string } | { barred: string };

const bare = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`;
const name = `(${bare})`;
const given = (pattern: string) => new RegExp(`^${pattern.replaceAll('NAME', name)}$`, 's');
const alterAttribute = given(
  String.raw`ALTER ROLE NAME (?:NO)?(SUPERUSER|BYPASSRLS|REPLICATION|CREATEDB|CREATEROLE|LOGIN|INHERIT)`,
);
const alterAll = /^ALTER ROLE ALL /;
const alterRole = given(String.raw`ALTER ROLE NAME .*`);
const createRole = given(String.raw`CREATE ROLE NAME.*`);
const dropRole = given(String.raw`DROP ROLE NAME`);
const reassign = given(String.raw`REASSIGN OWNED BY NAME TO NAME`);
const dropOwned = given(String.raw`DROP OWNED BY NAME`);
const revokeRole = given(
  String.raw`REVOKE ((?:ADMIN|INHERIT|SET) OPTION FOR )?(NAME(?:, ?NAME)*) FROM NAME(?: GRANTED BY NAME)?( CASCADE)?`
    // The roles are one group.
    .replace('(NAME(?:, ?NAME)*)', `(${bare}(?:, ?${bare})*)`),
);
const grantRole = given(String.raw`GRANT NAME TO NAME.*`);
const defaults = given(String.raw`ALTER DEFAULT PRIVILEGES FOR ROLE NAME .*`);
const ownerTo = given(String.raw`ALTER .* OWNER TO NAME`);
const granteeOf = given(String.raw`(?:GRANT|REVOKE) .* ON .* (?:TO|FROM) NAME(?: CASCADE)?`);
const ofSuperusers = /^(?:CREATE|ALTER|DROP) EVENT TRIGGER|^ALTER FOREIGN DATA WRAPPER|ON PARAMETER /;

/**
 * The findings with remedies for the admin of a server: none touches what the provider keeps or needs a superuser. A right that
 * the admin may grant itself is granted for the time of the remedy. What the admin may not do is said in words.
 */
export function forAdmin(findings: readonly Finding[], server: Server, facts: readonly Fact[]): Finding[] {
  const owners = new Map(
    facts.filter(({ property }) => property === 'owner').map(({ object, role }) => [object as string, role]),
  );
  const ground: Ground = {
    server,
    rights: adminRights(server, facts),
    ownerOf: (object) => owners.get(object) ?? owners.get(tableOf(object)),
  };
  return findings.map((finding) =>
    isExecutable(finding) ? { ...finding, remedy: remedyFor(finding, ground) } : finding,
  );
}

/** What a statement is checked against. */
interface Ground {
  server: Server;
  rights: AdminRights;
  ownerOf(object: string): RoleName | undefined;
}

function remedyFor({ object, remedy }: Finding, ground: Ground): string {
  const { server, rights } = ground;
  const statements = statementsOf(remedy);
  const asked = statements.map((statement) => asksOf(statement, object, ground));
  const barred = asked.flatMap((one) => ('barred' in one ? [one.barred] : []));
  const needed = [...new Set(asked.flatMap((one) => ('rightsOf' in one ? one.rightsOf : [])))].toSorted(byCodeUnit);
  const lacked = needed.filter((role) => !rights.mayHaveRightsOf(role));
  const reasons = [...new Set([...barred, ...lacked.map((role) => `${object} is ${role}’s to change`)])];
  if (reasons.length > 0) {
    return inWords(reasons, remedy, server);
  }
  const taken = needed.filter((role) => !rights.hasRightsOf(role));
  if (taken.length === 0) {
    return asked.every((one) => !('sql' in one)) ? remedy : written(statements, asked);
  }
  const dropped = new Set(statements.map((statement) => roleIn(dropRole.exec(statement)?.[1])));
  return [
    ...taken.map((role) => sql`GRANT ${roleSql(role)} TO CURRENT_USER;`),
    written(statements, asked),
    ...taken.filter((role) => !dropped.has(role)).map((role) => sql`REVOKE ${roleSql(role)} FROM CURRENT_USER;`),
  ].join(' ');
}

function written(statements: readonly string[], asked: readonly Asks[]): string {
  return statements
    .map((statement, index) => {
      const one = asked[index]!;
      return `${'sql' in one && one.sql !== undefined ? one.sql : statement};`;
    })
    .join(' ');
}

/** The advice for what only a superuser may do. If the provider offers a way, it says how. */
function inWords(reasons: readonly string[], remedy: string, { profile }: Server): string {
  const why = `${reasons.join('; ')}.`;
  return profile.superuser_is_handed_out
    ? `${why} As the superuser ${profile.superuser}: ${remedy}`
    : `${why} On ${profile.title} that is the provider’s to do: in its console, or ask for it.`;
}

function asksOf(statement: string, object: string, { server, rights, ownerOf }: Ground): Asks {
  const { profile } = server;
  const isTheirs = (role: RoleName) => server.roles.has(role) || Object.hasOwn(profile.roles, role);
  const administered = (role: RoleName, further: readonly string[] = []): Asks => {
    if (isTheirs(role)) {
      return { barred: `${role} is the provider’s` };
    }
    if (further.length > 0) {
      return { barred: further.join('; ') };
    }
    return rights.administers(role)
      ? { rightsOf: [] }
      : { barred: `only who has the admin option of ${role} may change it` };
  };
  const attribute = alterAttribute.exec(statement);
  if (attribute !== null) {
    const [, role, word] = attribute as unknown as [string, string, string];
    const free = ['LOGIN', 'INHERIT', 'CREATEROLE'].includes(word) || rights.has(word);
    return administered(roleIn(role)!, free ? [] : [`only a superuser may give or take ${word} here`]);
  }
  if (alterAll.test(statement)) {
    return { barred: 'only a superuser may change settings of all roles' };
  }
  const role = roleIn(alterRole.exec(statement)?.[1]);
  if (role !== undefined) {
    return administered(role);
  }
  if (createRole.test(statement)) {
    return rights.has('CREATEROLE') ? { rightsOf: [] } : { barred: 'the admin may not create roles' };
  }
  const dropped = roleIn(dropRole.exec(statement)?.[1]);
  if (dropped !== undefined) {
    return administered(dropped);
  }
  const reassigned = reassign.exec(statement);
  if (reassigned !== null) {
    return { rightsOf: [roleIn(reassigned[1])!, roleIn(reassigned[2])!] };
  }
  const emptied = roleIn((dropOwned.exec(statement) ?? defaults.exec(statement))?.[1]);
  if (emptied !== undefined) {
    return isTheirs(emptied) ? { barred: `${emptied} is the provider’s` } : { rightsOf: [emptied] };
  }
  const revoked = / ON /.test(statement) ? null : revokeRole.exec(statement);
  if (revoked !== null) {
    return ofMembership(revoked, rights, isTheirs);
  }
  const granted = / ON /.test(statement) ? undefined : grantRole.exec(statement);
  if (granted) {
    return isTheirs(roleIn(granted[2])!)
      ? { barred: `${roleIn(granted[2])!} is the provider’s` }
      : rights.administers(roleIn(granted[1])!)
        ? { rightsOf: [] }
        : { barred: `only who has the admin option of ${roleIn(granted[1])!} may grant it` };
  }
  const grantee = roleIn(granteeOf.exec(statement)?.[1]);
  if (grantee !== undefined && server.roles.has(grantee)) {
    return { barred: `${grantee} is the provider’s` };
  }
  if (ofSuperusers.test(statement)) {
    return { barred: 'only a superuser may do this' };
  }
  const owner = statement.startsWith('ALTER DATABASE ') ? ownerOf('database') : ownerOf(object);
  if (owner === undefined) {
    return { barred: `${object} belongs to the server` };
  }
  const heir = roleIn(ownerTo.exec(statement)?.[1]);
  if (heir === undefined) {
    return { rightsOf: [owner] };
  }
  const schema = schemaOf(object);
  const schemaOwner = ownerOf(schema);
  return schema === object || schemaOwner === undefined || rights.mayCreateIn(heir, schema)
    ? { rightsOf: [owner, heir] }
    : {
        rightsOf: [owner, heir, schemaOwner],
        sql: `GRANT CREATE ON SCHEMA ${schema} TO ${roleSql(heir)}; ${statement}; REVOKE CREATE ON SCHEMA ${schema} FROM ${roleSql(heir)}`,
      };
}

/** A membership is revoked by its grantor, or by a role with the grantor's rights. */
function ofMembership(
  [, option = '', roles, from, by, cascade = '']: RegExpExecArray,
  rights: AdminRights,
  isTheirs: (role: RoleName) => boolean,
): Asks {
  const member = roleIn(from)!;
  if (isTheirs(member)) {
    return { barred: `${member} is the provider’s` };
  }
  const asked = roles!.split(/, ?(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((word): Asks => {
    const group = roleIn(word)!;
    const granted = rights.grantorsOf(group, member);
    const grantors = by === undefined ? granted : granted && [roleIn(by)!];
    const revoke = (end: string) => `REVOKE ${option}${roleSql(group)} FROM ${roleSql(member)}${end}${cascade}`;
    if (grantors === undefined) {
      return { rightsOf: [], sql: revoke(by === undefined ? '' : ` GRANTED BY ${by}`) };
    }
    if (granted!.length === 0) {
      // Before PostgreSQL 16 only a superuser may name the grantor.
      return rights.administers(group)
        ? { rightsOf: [], sql: revoke('') }
        : { barred: `only who has the admin option of ${group} may revoke it` };
    }
    const foreign = grantors.filter((role) => !rights.hasRightsOf(role));
    return foreign.length > 0
      ? {
          barred: `${foreign.join(', ')} made ${member} a member of ${group}, which nobody else may take back: make ${member} anew with CREATE ROLE, which makes it a member of nothing`,
        }
      : {
          rightsOf: [],
          sql: grantors
            .toSorted(byCodeUnit)
            .map((role) => revoke(` GRANTED BY ${roleSql(role)}`))
            .join('; '),
        };
  });
  return (
    asked.find((one) => 'barred' in one) ?? {
      rightsOf: [],
      sql: asked.flatMap((one) => ('sql' in one && one.sql !== undefined ? [one.sql] : [])).join('; '),
    }
  );
}

function roleIn(word: string | undefined): RoleName | undefined {
  return word === undefined ? undefined : (plainName(word.startsWith('"') ? word : word.toLowerCase()) as string);
}

/** Statements without their semicolons. A semicolon in quotation marks does not end one. */
function statementsOf(remedy: string): string[] {
  return (remedy.match(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;"'])+/g) ?? [])
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
