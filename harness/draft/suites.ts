import { nameParts } from '../catalog/identifiers.ts';
import { roleSql } from '../catalog/role-name.ts';
import type { Fact } from '../catalog/fact.ts';
import { joined, plainName, sql, type RoleName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { DraftTable } from './objects.ts';
import { tablePrivileges } from './needs.ts';

/** A pgTAP suite, and the damage that must turn it red. */
export interface DraftSuite {
  /** Its file name without the extension: `01_grants`. */
  stem: string;
  suite: string;
  control: string;
}

/** A table on which a session was seen to see only its own tenant's rows. */
export interface IsolatedTable {
  table: SqlName;
  /** The tenant's column, and the own tenant's value in it. */
  column: string;
  own: string;
  /** Whether it keeps rows of another tenant from the session by row security, so that its damage would show. */
  hasOthers: boolean;
}

/** The privileges of each login on each table, checked by `table_privs_are`; undefined without a login or a table. */
export function grantsSuite(
  facts: readonly Fact[],
  logins: readonly RoleName[],
  tables: Readonly<Record<SqlName, DraftTable>>,
): DraftSuite | undefined {
  const held = tablePrivileges(facts, logins, { all: true });
  const has = new Map(held.map(({ identity, table, privileges }) => [`${identity}\t${table}`, privileges]));
  const names: SqlName[] = Object.keys(tables);
  const [first] = logins;
  if (first === undefined || names.length === 0) {
    return undefined;
  }
  const checks = logins.flatMap((login) =>
    names.map((table) => {
      const words = (has.get(`${login}\t${table}`) ?? []).filter((word) => word !== 'MAINTAIN').map(quoteLiteral);
      const list = words.length === 0 ? sql`'{}'::text[]` : sql`array[${joined(words)}]`;
      return sql`select table_privs_are(${placeOf(table)}, ${quoteLiteral(login)}, ${list});`;
    }),
  );
  const lacking = names.find((table) => !(has.get(`${first}\t${table}`) ?? []).includes('TRUNCATE'));
  return {
    stem: '01_grants',
    suite: suiteText(
      {
        why: 'A privilege that nobody meant is how one tenant, or one service, gets at another.',
        remedy: 'Undo it in a migration. If it is intended, change the contract, and list here what the login has now.',
      },
      checks,
    ),
    control:
      lacking === undefined
        ? sql`revoke select on ${names[0]!} from ${roleSql(first)};\n`
        : sql`grant truncate on ${lacking} to ${roleSql(first)};\n`,
  };
}

/** Row security and policy names of each table that has it; undefined if none has. */
export function rowSecuritySuite(tables: Readonly<Record<SqlName, DraftTable>>): DraftSuite | undefined {
  const secured = (Object.entries(tables) as [SqlName, DraftTable][]).filter(
    ([, { row_security }]) => row_security !== undefined,
  );
  const [first] = secured;
  if (first === undefined) {
    return undefined;
  }
  const checks = secured.flatMap(([table, { row_security, policies = {} }]) => {
    const relation = sql`${quoteLiteral(table)}::regclass`;
    const names = Object.keys(policies).map(quoteLiteral);
    return [
      sql`select ok((select relrowsecurity from pg_class where oid = ${relation}), ${quoteLiteral(`${table} has row security`)});`,
      ...(row_security === 'forced'
        ? [
            sql`select ok((select relforcerowsecurity from pg_class where oid = ${relation}), ${quoteLiteral(`${table} has it for its owner too`)});`,
          ]
        : []),
      ...(names.length === 0 ? [] : [sql`select policies_are(${placeOf(table)}, array[${joined(names)}]);`]),
    ];
  });
  return {
    stem: '02_row_security',
    suite: suiteText(
      {
        why: 'Without row security every tenant sees every row.',
        remedy:
          'Undo it in a migration. If it is intended, change the contract, and name here the policies that are there now.',
      },
      checks,
    ),
    control: sql`alter table ${first[0]} disable row level security;\n`,
  };
}

/**
 * As one session: each table shows rows of the own tenant, and of no other. `setting` is what the session must set first. Undefined
 * if no damage would show: then the suite could not prove that it notices one.
 */
export function isolationSuite(
  at: number,
  as: string,
  isolated: readonly IsolatedTable[],
  setting?: { name: string; own: string },
): DraftSuite | undefined {
  const damaged = isolated.find(({ hasOthers }) => hasOthers);
  if (damaged === undefined) {
    return undefined;
  }
  const checks = isolated.flatMap(({ table, column, own }) => {
    const text = sql`${quoteIdentifier(column)}::text`;
    return [
      sql`select isnt_empty(${quoteLiteral(sql`select 1 from ${table} where ${text} = ${quoteLiteral(own)}`)}, ${quoteLiteral(`${table} shows rows of the own tenant`)});`,
      sql`select is_empty(${quoteLiteral(sql`select 1 from ${table} where ${text} is distinct from ${quoteLiteral(own)}`)}, ${quoteLiteral(`${table} shows no row of another`)});`,
    ];
  });
  const set =
    setting === undefined
      ? []
      : [sql`select set_config(${quoteLiteral(setting.name)}, ${quoteLiteral(setting.own)}, true);`];
  return {
    stem: `${String(at).padStart(2, '0')}_isolation_${as.replaceAll(/\W/g, '_').toLowerCase()}`,
    suite: suiteText(
      {
        as,
        why: 'A session must see the rows of its own tenant and of no other.',
        remedy: 'Correct the policies of the table that is named.',
      },
      checks,
      set,
    ),
    control: sql`alter table ${damaged.table} disable row level security;\n`,
  };
}

function suiteText(
  header: { as?: string; why: string; remedy: string },
  checks: readonly SqlText[],
  first: readonly SqlText[] = [],
): string {
  return [
    ...Object.entries(header).map(([key, value]) => `--! ${key}: ${value}`),
    'begin;',
    `select plan(${checks.length});`,
    ...first,
    ...checks,
    'select * from finish();',
    'rollback;',
    '',
  ].join('\n');
}

function placeOf(table: SqlName): SqlText {
  const [schema, name] = nameParts(table);
  return sql`${quoteLiteral(plainName(schema!))}, ${quoteLiteral(plainName(name!))}`;
}
