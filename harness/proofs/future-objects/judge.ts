import { sql, verbatim, type SqlName, type SqlText } from '../../common/sql.ts';
import type { Access } from '../../catalog/access/effective-access.ts';
import { pathText } from '../../catalog/access/explain.ts';
import type { Fact, Promised } from '../../catalog/fact.ts';
import { roleSql } from '../../catalog/role-name.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { declaredSources, identitiesOf, judgedIdentities } from '../../contract/declared.ts';
import { futureLines } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';

/** An object that was made as a migrator and rolled back, and what the contracted identities could have done with it. */
export interface FutureObject {
  kind: 'table' | 'sequence' | 'function' | 'type';
  schema: SqlName;
  migrator: string;
  access: Access[];
}

const sections = { table: 'tables', sequence: 'sequences', function: 'functions', type: 'types' } as const;
const kinds = ['table', 'sequence', 'function', 'type'] as const;

/**
 * Findings about what default privileges would grant on future objects beyond `future` in the contract. A predefined role reaches
 * all objects, future ones too: that is reported for its members. The facts show which row grants the default.
 */
export function judgeFuture(
  contract: ParsedContract,
  objects: readonly FutureObject[],
  facts: readonly Fact[] = [],
): Finding[] {
  const defaults = defaultGrants(facts);
  return objects.flatMap(({ kind, schema, migrator, access }) =>
    access
      .map((one) => ({ ...one, paths: one.paths.filter(({ via }) => via !== 'predefined-role') }))
      .filter(({ paths }) => paths.length > 0)
      .filter(
        ({ identity, privilege, kind: seen }) => seen !== 'column' && !isDeclared(contract, kind, identity, privilege),
      )
      // What everyone would have is reported once, for PUBLIC.
      .filter(({ identity, paths }) => identity === 'PUBLIC' || !paths.every(({ chain }) => chain.at(-1) === 'PUBLIC'))
      .map(({ identity, privilege, paths }): Finding => {
        const grantee = paths[0]!.chain.at(-1)!;
        const scope = { creator: migrator, section: sections[kind], grantee, privilege };
        const granted = defaults.filter(
          (one) =>
            one.creator === migrator &&
            one.section === scope.section &&
            one.grantee === grantee &&
            one.privilege === privilege,
        );
        const places = granted.map((one) => one.schema).filter((one) => one === null || one === schema);
        return {
          code: 'future-object-exposed',
          severity: 'high',
          object: `future ${kind} in ${schema}`,
          identity,
          access: privilege,
          message: `a ${kind} that ${migrator} makes in ${schema} gives ${identity} ${privilege} ${paths.map((path) => pathText(path, privilege, schema)).join('; ')}; the contract does not declare it`,
          // If no row grants it, it is PostgreSQL's own default, which applies everywhere.
          remedy: (places.length === 0 ? [null] : places)
            .map((place) => revokeDefault({ ...scope, schema: place }))
            .join(' '),
          ...futureLines(contract, scope),
        };
      }),
  );
}

/** A row of default privileges: what a role's objects of one kind will grant, in one schema or everywhere. */
interface DefaultGrant extends Promised {
  grantee: string;
  privilege: string;
}

/**
 * Default privileges beyond `future` in the contract, whatever role creates the objects. `judgeFuture` judges those of a migrator
 * that a trial shows.
 */
export function judgeDefaultPrivileges(contract: ParsedContract, facts: readonly Fact[]): Finding[] {
  const migrators = identitiesOf(contract, 'migrator');
  const judged = new Set(['PUBLIC', ...judgedIdentities(contract)]);
  const kindOf = (section: Promised['section']) => kinds.find((kind) => sections[kind] === section);
  const isTried = ({ creator, schema, section }: DefaultGrant) =>
    migrators.includes(creator) &&
    kindOf(section) !== undefined &&
    (schema === null || Object.hasOwn(contract.schemas, schema));
  return defaultGrants(facts)
    .filter((one) => judged.has(one.grantee) && one.grantee !== one.creator)
    .filter((one) => {
      const kind = kindOf(one.section);
      // A trial does not show a default that the grantee has anyway, for example through PUBLIC. The default would remain when
      // that goes.
      return kind !== undefined && isDeclared(contract, kind, one.grantee, one.privilege)
        ? !grantsOf(contract, kind)[one.grantee]?.includes(one.privilege)
        : !isTried(one);
    })
    .map((one): Finding => {
      const { creator, schema, section, grantee, privilege } = one;
      const where = schema === null ? 'everywhere' : `in ${schema}`;
      return {
        code: 'future-object-exposed',
        severity: 'high',
        object: `future ${section} of ${creator} ${where}`,
        identity: grantee,
        access: privilege,
        message: `default privileges give ${grantee} ${privilege} on the ${section} that ${creator} makes ${where}; the contract does not declare it`,
        remedy: revokeDefault(one),
        ...futureLines(contract, one),
      };
    });
}

function defaultGrants(facts: readonly Fact[]): DefaultGrant[] {
  return facts.flatMap(({ promise, role, property }) =>
    promise === undefined || property === 'replaces-default'
      ? []
      : [{ ...promise, grantee: role, privilege: property }],
  );
}

function revokeDefault({ creator, schema, section, grantee, privilege }: DefaultGrant): SqlText {
  const inSchema = schema === null ? '' : sql` IN SCHEMA ${schema}`;
  return sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${roleSql(creator)}${inSchema} REVOKE ${verbatim(privilege)} ON ${verbatim(section.toUpperCase())} FROM ${roleSql(grantee)};`;
}

function isDeclared(
  contract: ParsedContract,
  kind: FutureObject['kind'],
  identity: string,
  privilege: string,
): boolean {
  const grants = grantsOf(contract, kind);
  return declaredSources(contract, identity).some((source) => grants[source]?.includes(privilege));
}

function grantsOf(contract: ParsedContract, kind: FutureObject['kind']): Record<string, readonly string[]> {
  return contract.future[sections[kind]] ?? {};
}
