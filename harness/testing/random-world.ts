/** Numbers that look random and are the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** An object of a world, with its names in GRANT and ALTER. */
export interface WorldObject {
  /** In GRANT: `TABLE s1.t1`. */
  grant: string;
  /** In ALTER, if its owner can change. */
  alter?: string;
  privileges: readonly string[];
}

/** Roles, memberships, objects and grants derived from a seed. Some of the statements are refused. */
export interface World {
  statements: string[];
  /** The roles as SQL takes them. */
  roles: string[];
  objects: WorldObject[];
  /** One more change of who may do what, as SQL: a grant, a revoke, an owner, a membership or an attribute. */
  change(dice: Dice): string;
}

const oddNames = [
  'PUBLIC',
  'Mixed Case',
  'with"quote',
  "it's",
  'a,b',
  'x=y/z',
  'select',
  'ünï',
  'back\\slash',
  '"PUBLIC"',
  '-',
  'star*',
];
const attributes = ['noinherit', 'bypassrls', 'createrole', 'createdb', 'replication', 'login'];
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The world of a seed for a major version. */
export function randomWorld(dice: Dice, major: number): World {
  const names = Array.from({ length: 15 + dice.below(16) }, (_, index) =>
    dice.chance(25) ? (oddNames[index % oddNames.length] ?? '') : `r${String(index)}`,
  );
  const roles = [...new Set(names)].map(quoted);
  const predefined = [
    ...['pg_read_all_data', 'pg_write_all_data', 'pg_monitor', 'pg_read_all_settings', 'pg_signal_backend'],
    ...(major >= 17 ? ['pg_maintain'] : []),
    ...(major >= 15 ? ['pg_checkpoint'] : []),
  ];
  const objects = worldObjects(major);
  const anyRole = (from: Dice) => (from.chance(12) ? from.one(predefined) : from.one(roles));
  const grantee = (from: Dice) => (from.chance(15) ? 'PUBLIC' : anyRole(from));

  function membership(from: Dice): string {
    const group = from.chance(15) ? from.one(predefined) : from.one(roles);
    const member = from.chance(5) ? from.one(predefined) : from.one(roles);
    const options =
      major >= 16
        ? ['inherit', 'set', 'admin']
            .filter(() => from.chance(60))
            .map((option) => `${option} ${String(from.chance(60))}`)
        : from.chance(20)
          ? ['admin option']
          : [];
    return `grant ${group} to ${member}${options.length === 0 ? '' : ` with ${options.join(', ')}`}`;
  }

  function grant(from: Dice): string {
    const { grant: what, privileges } = from.one(objects);
    const chosen = from.chance(20) ? 'ALL' : from.one(privileges);
    const to = grantee(from);
    return from.chance(70)
      ? `grant ${chosen} on ${what} to ${to}${to !== 'PUBLIC' && from.chance(25) ? ' with grant option' : ''}`
      : `revoke ${from.chance(20) ? 'grant option for ' : ''}${chosen} on ${what} from ${to} cascade`;
  }

  function columnGrant(from: Dice): string {
    const table = from.one(['s1.t1', 's1.t2', '"S 2".t1', 's1.v1', 's1.m1', 's1.far', 'pg_catalog.pg_authid']);
    const column = table === 'pg_catalog.pg_authid' ? 'rolpassword' : from.one(['a', '"B b"']);
    const privilege = from.one(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']);
    return from.chance(75)
      ? `grant ${privilege} (${column}) on ${table} to ${grantee(from)}`
      : `revoke ${privilege} (${column}) on ${table} from ${grantee(from)} cascade`;
  }

  function owner(from: Dice): string {
    return `alter ${from.one(objects.flatMap(({ alter }) => alter ?? []))} owner to ${from.one(roles)}`;
  }

  function change(from: Dice): string {
    const kind = from.below(100);
    if (kind < 50) {
      // Some are granted by a role that has only the grant option.
      return from.chance(15) ? `set local role ${from.one(roles)}; ${grant(from)}; reset role` : grant(from);
    }
    if (kind < 65) {
      return columnGrant(from);
    }
    if (kind < 80) {
      return owner(from);
    }
    return kind < 95 ? membership(from) : `alter role ${from.one(roles)} ${from.one(attributes)}`;
  }

  const statements = [
    ...roles.map((role) => `create role ${role} ${attributes.filter(() => dice.chance(15)).join(' ')}`),
    ...(dice.chance(30) ? [`alter role ${dice.one(roles)} superuser`] : []),
    ...making,
    ...Array.from({ length: roles.length * 2 }, () => membership(dice)),
    ...Array.from({ length: 40 }, () => owner(dice)),
    ...Array.from({ length: 160 }, () => change(dice)),
  ];
  return { statements, roles, objects, change };
}

const making = [
  'create schema s1',
  'create schema "S 2"',
  'create schema s3',
  'create table s1.t1 (a int, "B b" text)',
  'create table s1.t2 (a int, "B b" text, id int generated always as identity)',
  'create table "S 2".t1 (a int, "B b" text)',
  'create table s3."T""x" (a int) partition by list (a)',
  'create view s1.v1 as select 1 as a, 2 as "B b"',
  'create materialized view s1.m1 as select 1 as a, 2 as "B b"',
  'create sequence s1.q1',
  'create sequence "S 2"."Q,q"',
  `create function s1.f1(int) returns int language sql as 'select 1'`,
  `create function "S 2"."f()"(text, s1.t1) returns int language sql as 'select 1'`,
  `create procedure s1.p1(int) language sql as 'select 1'`,
  'create aggregate s1.a1(int) (sfunc = int4pl, stype = int)',
  `create type s1.mood as enum ('x')`,
  'create domain "S 2".price as int',
  'create type s1.pair as (x int)',
  'create type s1.span as range (subtype = int, multirange_type_name = s1.spans)',
  'create foreign data wrapper "W w"',
  'create server away foreign data wrapper "W w"',
  'create foreign table s1.far (a int, "B b" text) server away',
  'select lo_create(4711)',
];

function worldObjects(major: number): WorldObject[] {
  const table = [
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'TRUNCATE',
    'REFERENCES',
    'TRIGGER',
    ...(major >= 17 ? ['MAINTAIN'] : []),
  ];
  const same = (kind: string, privileges: readonly string[], ...names: string[]): WorldObject[] =>
    names.map((name) => ({ grant: `${kind} ${name}`, alter: `${kind} ${name}`, privileges }));
  return [
    ...same('TABLE', table, 's1.t1', 's1.t2', '"S 2".t1', 's3."T""x"', 's1.v1', 's1.far'),
    { grant: 'TABLE s1.m1', alter: 'MATERIALIZED VIEW s1.m1', privileges: table },
    { grant: 'TABLE pg_catalog.pg_authid', privileges: table },
    ...same('SEQUENCE', ['SELECT', 'UPDATE', 'USAGE'], 's1.q1', '"S 2"."Q,q"', 's1.t2_id_seq'),
    ...same('SCHEMA', ['USAGE', 'CREATE'], 's1', '"S 2"', 's3', 'public'),
    ...same(
      'FUNCTION',
      ['EXECUTE'],
      's1.f1(int)',
      '"S 2"."f()"(text, s1.t1)',
      's1.span(int, int)',
      'pg_catalog.pg_read_file(text)',
    ),
    ...same('PROCEDURE', ['EXECUTE'], 's1.p1(int)'),
    { grant: 'FUNCTION s1.a1(int)', alter: 'AGGREGATE s1.a1(int)', privileges: ['EXECUTE'] },
    ...same('TYPE', ['USAGE'], 's1.mood', '"S 2".price', 's1.pair', 's1.span', 'pg_catalog.int4'),
    { grant: 'TYPE s1.t1', privileges: ['USAGE'] },
    ...(major < 17 ? [{ grant: 'TYPE s1.spans', privileges: ['USAGE'] }] : []),
    ...same('LANGUAGE', ['USAGE'], 'sql', 'plpgsql'),
    { grant: 'FOREIGN DATA WRAPPER "W w"', privileges: ['USAGE'] },
    { grant: 'FOREIGN SERVER away', alter: 'SERVER away', privileges: ['USAGE'] },
    ...same('LARGE OBJECT', ['SELECT', 'UPDATE'], '4711'),
    ...same('DATABASE', ['CREATE', 'CONNECT', 'TEMPORARY'], 'world'),
    { grant: 'TABLESPACE pg_default', privileges: ['CREATE'] },
    ...(major >= 15 ? [{ grant: 'PARAMETER work_mem', privileges: ['SET', 'ALTER SYSTEM'] }] : []),
  ];
}
