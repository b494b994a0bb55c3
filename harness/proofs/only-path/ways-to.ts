import { snapshotSettings } from '../../catalog/snapshot.ts';
import { sql } from '../../common/sql.ts';
import { sqlParser } from '../../postgres/parsed-sql.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import { usesOf } from '../../source-code/statement-uses.ts';
import { nameParts } from '../../catalog/identifiers.ts';
import { plainName, type SqlName } from '../../common/sql.ts';
import { askWays, type WayRow } from './observe.ts';

/** A path to a table that is not a privilege on it. */
export interface Detour extends Pick<WayRow, 'kind' | 'name' | 'roles'> {
  /** Privileges on the table that the body of a function uses, if the parser reads it whole; undefined if they are not known. */
  uses?: string[];
  /** Why it is not known whether it reaches the table; null if it names it. */
  unread: string | null;
}

const nobodysGateway = 'none()';

/**
 * Every path to a table besides privileges on it, with those of `roles` that have a privilege on the path. It reads catalogs and
 * bodies and calls nothing.
 */
export async function detoursTo(session: Session, table: string, roles: readonly string[]): Promise<Detour[]> {
  const said = {
    identities: roles.map((name) => ({ name, kind: 'group' })),
    tenancy: null,
    // The table's only gateway does not exist, so every path counts as another one.
    tables: {
      [table]: {
        only_through: [nobodysGateway],
        row_security: 'off',
        isolated: false,
        shared: false,
        closed: false,
        whose: false,
      },
    },
    see_all: [],
    platform: false,
    functions: [],
    schemas: [],
  };
  return rolledBack(session, sql`begin; set transaction read only; ${snapshotSettings}`, async () => {
    const ways = await askWays(session, said);
    const bodies = await session.query<{ name: string; body: string }>(
      `select p.oid::regprocedure::text as name, p.prosrc as body from pg_catalog.pg_proc as p
       join pg_catalog.pg_language as l on l.oid = p.prolang where l.lanname = 'sql' and p.prosqlbody is null and p.oid >= 16384`,
    );
    const texts = new Map(bodies.map(({ name, body }) => [name, body]));
    const parser = await sqlParser();
    return ways
      .filter(({ kind }) => kind !== 'privilege')
      .map(({ kind, name, roles: who, unread }) => {
        const text = kind === 'definer function' && unread === null ? texts.get(name) : undefined;
        const parsed = text === undefined ? undefined : parser.statements(text);
        const uses =
          parsed === undefined || 'fault' in parsed
            ? undefined
            : privilegesOn(
                table,
                parsed.read.flatMap((one) => usesOf(one)),
              );
        return { kind, name, roles: who, unread, ...(uses === undefined || uses.length === 0 ? {} : { uses }) };
      });
  });
}

function privilegesOn(table: string, uses: ReturnType<typeof usesOf>): string[] {
  const [schema, name] = nameParts(table).map((part) => plainName(part as SqlName));
  const on = uses.filter((use) => use.kind === 'table' && use.name === name && (use.schema ?? schema) === schema);
  return [...new Set(on.map(({ privilege }) => privilege))];
}
