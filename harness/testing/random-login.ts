import type { Dice } from './random-world.ts';

/** A login and its surroundings, derived from a seed. */
export interface RandomLogin {
  name: string;
  /** Statements that make it and change the database around it. Some of them are refused. */
  makes: string[];
  /** Statements that undo all of that. */
  undoes: string[];
  /** Whether nobody may log in as it. There is then nothing to judge. */
  shutOut: boolean;
}

const attributes = ['noinherit', 'createrole', 'createdb', 'replication', 'bypassrls'];
const predefined = [
  ...['pg_read_all_data', 'pg_write_all_data', 'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats'],
  ...['pg_stat_scan_tables', 'pg_signal_backend', 'pg_checkpoint', 'pg_database_owner', 'pg_read_server_files'],
  ...['pg_write_server_files', 'pg_execute_server_program', 'pg_create_subscription', 'pg_use_reserved_connections'],
];
const settings: readonly (readonly [name: string, ...values: string[]])[] = [
  ['statement_timeout', `'1ms'`, `'5s'`],
  ['lock_timeout', `'1ms'`],
  ['idle_session_timeout', `'1ms'`],
  ['idle_in_transaction_session_timeout', `'1ms'`],
  ['default_transaction_read_only', 'on'],
  ['default_transaction_isolation', 'serializable'],
  ['default_transaction_deferrable', 'on'],
  ['search_path', `''`, 'nowhere', 'security', 'pg_temp, public', 'public, pg_catalog'],
  ['row_security', 'off'],
  ['quote_all_identifiers', 'on'],
  ['standard_conforming_strings', 'off'],
  ['client_encoding', `'LATIN1'`, `'SQL_ASCII'`],
  ['client_min_messages', 'debug1'],
  ['datestyle', `'German, DMY'`],
  ['timezone', `'Asia/Tokyo'`],
  ['intervalstyle', 'sql_standard'],
  ['bytea_output', 'escape'],
  ['array_nulls', 'off'],
  ['work_mem', `'64kB'`],
  ['enable_seqscan', 'off'],
  ['plan_cache_mode', 'force_custom_plan'],
  ['app.current_tenant_id', `''`, `'no uuid'`],
  ['role', 'app_rw', 'app_user', 'app_ro', 'pg_monitor', 'none'],
];

/** The database in which a login is tried. */
export interface Surroundings {
  database: string;
  roles: readonly string[];
  schemas: readonly string[];
  tables: readonly string[];
  /** With their argument types. */
  functions: readonly string[];
}

/** Random elements of a list, each at most once. */
function some<T>(dice: Dice, list: readonly T[], most: number): T[] {
  return [...new Set(Array.from({ length: dice.below(most + 1) }, () => dice.one(list)))];
}

/** Attributes, memberships, grants and settings of a login, and what is meanwhile revoked from PUBLIC. */
export function randomLogin(dice: Dice, name: string, around: Surroundings): RandomLogin {
  const isSuper = dice.chance(3);
  const limit = dice.chance(15) ? dice.below(4) : -1;
  const given = [
    ...(isSuper ? ['superuser'] : []),
    ...attributes.filter(() => dice.chance(20)),
    ...(limit < 0 ? [] : [`connection limit ${String(limit)}`]),
  ];
  const revoked = some(dice, everybodys(around), dice.chance(40) ? 3 : 0);
  const mayConnect = isSuper || dice.chance(95);
  return {
    name,
    makes: [
      `create role ${name} login password '${name}' ${given.join(' ')}`,
      ...memberships(dice, name, around.roles),
      ...grants(dice, name, around),
      ...settingsOf(dice, name),
      ...revoked.map((what) => `revoke ${what} from public`),
      ...(mayConnect ? [] : [`revoke connect on database ${around.database} from public`]),
    ],
    undoes: [
      ...revoked.map((what) => `grant ${what} to public`),
      ...(mayConnect ? [] : [`grant connect on database ${around.database} to public`]),
      `drop owned by ${name}`,
      `drop role ${name}`,
    ],
    shutOut: (!mayConnect || limit === 0) && !isSuper,
  };
}

/** Changes of an existing login's attributes, memberships and settings, and the statements that undo them. */
export function randomChange(dice: Dice, name: string, { roles }: Surroundings): Omit<RandomLogin, 'name' | 'shutOut'> {
  const flipped = attributes.filter((attribute) => attribute !== 'noinherit' && dice.chance(25));
  const groups = some(dice, [...roles.filter((role) => role !== name), ...predefined], 2);
  const set = some(dice, settings, 2);
  const limit = dice.chance(30) ? dice.below(4) : -1;
  return {
    makes: [
      ...flipped.map((attribute) => `alter role ${name} ${attribute}`),
      ...groups.map((group) => `grant ${group} to ${name}`),
      ...set.map(([setting, ...values]) => `alter role ${name} set ${setting} = ${dice.one(values)}`),
      `alter role ${name} connection limit ${String(limit)}`,
    ],
    undoes: [
      ...flipped.map((attribute) => `alter role ${name} no${attribute}`),
      ...groups.map((group) => `revoke ${group} from ${name}`),
      ...set.map(([setting]) => `alter role ${name} reset ${setting}`),
      `alter role ${name} connection limit -1`,
    ],
  };
}

function memberships(dice: Dice, name: string, roles: readonly string[]): string[] {
  return some(dice, [...roles, ...predefined], 4).map((group) => {
    const options = ['inherit', 'set', 'admin']
      .filter(() => dice.chance(40))
      .map((option) => `${option} ${String(dice.chance(50))}`);
    return `grant ${group} to ${name}${options.length === 0 ? '' : ` with ${options.join(', ')}`}`;
  });
}

function grants(dice: Dice, name: string, { database, schemas, tables, functions }: Surroundings): string[] {
  const table = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'all'];
  const one = (): string => {
    const option = dice.chance(20) ? ' with grant option' : '';
    switch (dice.below(6)) {
      case 0:
        return `grant ${dice.one(['usage', 'create', 'all'])} on schema ${dice.one(schemas)} to ${name}${option}`;
      case 1:
        return `grant execute on function ${dice.one(functions)} to ${name}${option}`;
      case 2:
        return `grant ${dice.one(['create', 'temporary'])} on database ${database} to ${name}${option}`;
      case 3:
        return `alter default privileges for role ${name} grant select on tables to public`;
      default:
        return `grant ${dice.one(table)} on ${dice.one(tables)} to ${name}${option}`;
    }
  };
  return Array.from({ length: dice.below(6) }, one);
}

function settingsOf(dice: Dice, name: string): string[] {
  return some(dice, settings, 3).map(
    ([setting, ...values]) => `alter role ${name} set ${setting} = ${dice.one(values)}`,
  );
}

/** Privileges of PUBLIC that people who harden a server revoke. */
function everybodys({ database, schemas }: Surroundings): string[] {
  return [
    `temporary on database ${database}`,
    ...(schemas.includes('public') ? ['usage on schema public'] : []),
    'usage on schema information_schema',
    'usage on language sql, plpgsql',
    ...['pg_settings', 'pg_roles', 'pg_proc', 'pg_policy', 'pg_user_mappings', 'pg_db_role_setting', 'pg_database'].map(
      (table) => `select on pg_catalog.${table}`,
    ),
    ...['pg_get_viewdef(oid)', 'pg_get_indexdef(oid)', 'aclexplode(aclitem[])', 'current_database()', 'version()'].map(
      (fn) => `execute on function pg_catalog.${fn}`,
    ),
    ...['set_config(text, text, boolean)', 'pg_show_all_settings()', 'pg_postmaster_start_time()'].map(
      (fn) => `execute on function pg_catalog.${fn}`,
    ),
  ];
}
