import { plainName, type RawName } from '../common/sql.ts';
import type { ContextName, ParsedContract } from '../contract/contract.ts';
import { columnsIn, inheritedPrivileges } from '../contract/declared.ts';
import { actingIdentities } from '../contract/sessions.ts';
import type { Session } from '../postgres/session.ts';
import type { TableShape } from './table-shape.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const grantsSql = readLookup(new URL('sql/column-grants.sql', import.meta.url));

type ColumnPrivilege = 'SELECT' | 'INSERT' | 'UPDATE';

/** Columns that an identity may use, by privilege. A privilege on the whole table, or on no column, is not included. */
export type UsableColumns = Readonly<Partial<Record<ColumnPrivilege, readonly RawName[]>>>;

/** Column grants, by identity and table, for tables that have any. */
export class ColumnGrants {
  readonly #usable = new Map<string, Partial<Record<ColumnPrivilege, readonly RawName[]>>>();

  /** Reads from the catalog which columns the identities of the contract may use without SET ROLE. */
  static async read(superuser: Session, contract: ParsedContract): Promise<ColumnGrants> {
    const { tables } = contract;
    const identities = [...actingIdentities(contract)];
    const declared = Object.keys(tables).filter((table) =>
      Object.values(tables[table]!.grants).some((words) => words.some((word) => word.includes('('))),
    );
    const rows = await superuser.query<{
      identity: string;
      table: string;
      privilege: ColumnPrivilege;
      columns: RawName[];
    }>(grantsSql, [Object.keys(tables), identities, declared]);
    const grants = new ColumnGrants();
    for (const { identity, table, privilege, columns } of rows) {
      // If the identity holds none of them, a denial of a declared column shows it.
      const usable =
        columns.length > 0
          ? columns
          : columnsIn(inheritedPrivileges(contract, identity, table), privilege).map(plainName);
      if (usable.length > 0) {
        const key = keyOf(identity, table);
        grants.#usable.set(key, { ...grants.#usable.get(key), [privilege]: usable });
      }
    }
    return grants;
  }

  /** The columns of a table that an identity may use; undefined if it has no column grants there. */
  of(identity: string, table: string): UsableColumns | undefined {
    return this.#usable.get(keyOf(identity, table));
  }
}

/** Contexts that act on rows of others. If an INSERT does not say whose its row is, the server may fill in a tenant of others. */
const ofOthers: ReadonlySet<ContextName> = new Set([
  'other-tenant',
  'reused-by-other-tenant',
  'unknown-tenant',
  'hostile',
  'blank',
  'not-of-type',
  'partly-set',
  'mixed',
] as const);

/** The usable columns in a context. An INSERT for another tenant must name the columns `kept`, which say whose the row is. */
export function usableIn(
  context: ContextName,
  usable: UsableColumns | undefined,
  kept: readonly RawName[],
): UsableColumns | undefined {
  return usable?.INSERT === undefined || !ofOthers.has(context)
    ? usable
    : { ...usable, INSERT: [...new Set([...usable.INSERT, ...kept])] };
}

/**
 * Columns that a sequence fills and for which an INSERT may not give a value of its own. Such an INSERT would move the sequence,
 * and no rollback sets it back.
 */
export function movedSequences(shape: TableShape | undefined, usable: UsableColumns | undefined): RawName[] {
  const { INSERT: insertable } = usable ?? {};
  return insertable === undefined || shape === undefined
    ? []
    : shape.columns
        .filter(
          ({ name, from_sequence }) =>
            from_sequence === true && shape.fresh[name] !== undefined && !insertable.includes(name),
        )
        .map(({ name }) => name);
}

/** In words, the inserts that were not tried because they would move a sequence. */
export function untriedInserts(
  contract: ParsedContract,
  { shapes, columns }: { shapes: ReadonlyMap<string, TableShape>; columns: ColumnGrants },
): string[] {
  const identities = [...actingIdentities(contract)];
  return Object.keys(contract.tables).flatMap((table) =>
    identities.flatMap((identity) => {
      const moved = movedSequences(shapes.get(table), columns.of(identity, table));
      return moved.length === 0
        ? []
        : [
            `INSERT on ${table} as ${identity}: it may give no value for ${moved.join(', ')}, and would move a sequence`,
          ];
    }),
  );
}

function keyOf(identity: string, table: string): string {
  return `${identity}\t${table}`;
}
