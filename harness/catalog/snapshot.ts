import { readdir, readFile } from 'node:fs/promises';

import { parseAcl } from './acl.ts';
import type { Fact, FactKind } from './fact.ts';
import { sortFacts } from './fact-text.ts';
import { everyone, roleName } from './role-name.ts';

/** Runs one statement and returns its rows, with `jsonb` parsed. */
export type Read = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * Statements to run right after `begin isolation level repeatable read read only`. Without them the server would print names,
 * times and constants in the caller's way, and equal states would not give equal facts.
 */
export const snapshotSettings = `
  set local search_path = '';
  set local timezone = 'UTC';
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres';
  set local extra_float_digits = 1;
  set local bytea_output = 'hex';
  set local standard_conforming_strings = on;
  set local quote_all_identifiers = off;
  set local jit = off;
  set local plan_cache_mode = force_generic_plan;
`;

const folder = new URL('./sql/', import.meta.url);
const prelude = readFile(new URL('./prelude.sql', import.meta.url), 'utf8');
const statements = new Map<number, Promise<string>>();

/** The privilege state of one database, sorted. One statement reads it, however many objects there are. */
export async function snapshot(read: Read, serverVersionNum: number): Promise<Fact[]> {
  const major = Math.floor(serverVersionNum / 10_000);
  const statement = statements.get(major) ?? statementOf(serverVersionNum);
  statements.set(major, statement);
  const rows = await read(await statement);
  const grants = new Map<string, AclFacts>();
  return sortFacts(rows.flatMap((row) => factsOf(row as unknown as CatalogRow, grants)));
}

/** The one statement that reads the state from a server of this version. */
export async function statementOf(serverVersionNum: number): Promise<string> {
  const parts = await statementsFor(serverVersionNum);
  return `${await prelude}\n${parts.map((part) => `select * from (\n${part}\n) as part`).join('\nunion all\n')}`;
}

/** The statements that this server supports: a file whose first line is `-- since: 15` needs PostgreSQL 15. */
export async function statementsFor(serverVersionNum: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return texts
    .filter((text) => serverVersionNum >= 10_000 * Number(/^-- since: (\d+)/.exec(text)?.[1] ?? 0))
    .map((text) => text.replace(/;\s*$/, ''));
}

/** A row of a file in `sql/`: a fact, or an object with its ACL, of which each privilege becomes a fact. */
interface CatalogRow {
  kind: FactKind;
  object: string;
  /** The role's real name; '' for no role, null for everybody. */
  role: string | null;
  /** '' if there is only an ACL. */
  property: string;
  /** With the names that make up the object or property. */
  detail: Record<string, unknown> & Pick<Fact, 'policy' | 'promise'>;
  acl: string | null;
}

type RowDetail = Record<string, string | boolean | (string | null)[]>;
type AclFacts = Pick<Fact, 'role' | 'property' | 'detail'>[];

function factsOf(row: CatalogRow, grants: Map<string, AclFacts>): Fact[] {
  const { kind, property, acl } = row;
  const { policy, promise, ...detail } = row.detail;
  const parts = {
    ...(policy === undefined ? {} : { policy }),
    ...(promise === undefined ? {} : { promise: { ...promise, creator: roleName(promise.creator as string) } }),
  };
  const object = kind === 'role' || kind === 'membership' ? roleName(row.object) : row.object;
  const role = row.role === null ? everyone : roleName(row.role);
  const own: Fact[] =
    property === '' ? [] : [{ kind, object, role, property, detail: detailOf(detail as RowDetail), ...parts }];
  return acl === null
    ? own
    : [...own, ...grantsOf(row, acl, grants).map((one) => ({ kind, object, ...one, ...parts }))];
}

/** Most objects of a database share a few ACLs. Each is parsed once. */
function grantsOf({ detail }: CatalogRow, acl: string, grants: Map<string, AclFacts>): AclFacts {
  const extension = detail['extension'] as string | undefined;
  const key = `${extension ?? ''}\t${acl}`;
  const known =
    grants.get(key) ??
    parseAcl(acl).map(({ grantee, privilege, grantor, grantable }) => ({
      role: grantee,
      property: privilege,
      detail: { ...(extension === undefined ? {} : { extension }), grantor, grantable },
    }));
  grants.set(key, known);
  return known;
}

/** Details that name roles use their names in facts. Lists are sorted. */
function detailOf(detail: RowDetail): Fact['detail'] {
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => {
      if (Array.isArray(value)) {
        return [key, value.map((one) => (one === null ? everyone : roleName(one))).sort()];
      }
      return [key, key === 'grantor' && typeof value === 'string' ? roleName(value) : value];
    }),
  );
}
