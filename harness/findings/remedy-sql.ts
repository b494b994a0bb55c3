import { type RoleName, sql, type SqlName, type SqlText, verbatim } from '../common/sql.ts';
import type { Fact } from '../catalog/fact.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import { nameParts, tableOf } from '../catalog/identifiers.ts';
import { everyone, roleSql } from '../catalog/role-name.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/** The word for a kind of object in GRANT and REVOKE, if it is not the kind in capitals. */
const grantWords: Readonly<Record<string, SqlText>> = {
  'materialized-view': 'TABLE',
  view: 'TABLE',
  column: 'TABLE',
};
/** The word for a kind of object in ALTER, if it is another than in GRANT. */
const alterWords: Readonly<Record<string, SqlText>> = { 'foreign-server': 'SERVER' };

/** Kinds whose owner must be a superuser. */
const ofSuperusers: ReadonlySet<string> = new Set(['foreign-data-wrapper', 'event-trigger']);

/**
 * Writes GRANT, REVOKE and ALTER for objects and roles by their names in facts. From the facts it knows the right words: a
 * procedure is not a function, and a column's sequence has its table's owner.
 */
export class RemedySql {
  readonly #database: string;
  readonly #owners: ReadonlyMap<string, Fact>;
  readonly #superusers: ReadonlySet<RoleName>;

  constructor(facts: readonly Fact[], database: string) {
    this.#database = database;
    this.#owners = new Map(
      facts.filter(({ property }) => property === 'owner').map((fact) => [`${fact.kind} ${fact.object}`, fact]),
    );
    this.#superusers = rolesHaving(facts, 'superuser');
  }

  /** `GRANT SELECT ON TABLE public.t TO "app";` */
  grant(privilege: string, kind: string, object: SqlName, role: RoleName): SqlText {
    return sql`GRANT ${this.#privilegeOn(privilege, kind, object)} TO ${roleSql(role)};`;
  }

  /** `REVOKE SELECT ON TABLE public.t FROM "app";` */
  revoke(privilege: string, kind: string, object: SqlName, role: RoleName, optionOnly = false): SqlText {
    return sql`REVOKE ${optionOnly ? 'GRANT OPTION FOR ' : ''}${this.#privilegeOn(privilege, kind, object)} FROM ${roleSql(role)};`;
  }

  /** `ALTER TABLE public.t OWNER TO "admin";`; '' if the role cannot own such an object. */
  owner(kind: string, object: SqlName, role: RoleName): SqlText {
    if (role === everyone || (ofSuperusers.has(kind) && !this.#superusers.has(role))) {
      return '';
    }
    const leader = this.#ownerSharedWith(kind, object);
    return leader === '' ? '' : sql`ALTER ${leader ?? this.#word(kind, object, alterWords)} OWNER TO ${roleSql(role)};`;
  }

  /** The table that a sequence belongs to and whose owner it has; undefined for an independent one. */
  tableOfSequence(kind: string, object: SqlName): SqlName | undefined {
    const column = kind === 'sequence' ? this.#owners.get(`sequence ${object}`)?.detail['owned_by'] : undefined;
    return typeof column === 'string' ? tableOf(column) : undefined;
  }

  /** The ALTER for an object whose owner is another object's: '' if nothing can be changed, undefined if it has its own owner. */
  #ownerSharedWith(kind: string, object: SqlName): SqlText | undefined {
    const detail = this.#owners.get(`${kind} ${object}`)?.detail;
    const table = this.tableOfSequence(kind, object) ?? detail?.['row_of'];
    if (typeof table === 'string') {
      return sql`TABLE ${table as SqlName}`;
    }
    return typeof detail?.['multirange_of'] === 'string'
      ? sql`TYPE ${detail['multirange_of'] as SqlName}`
      : kind === 'extension'
        ? ''
        : undefined;
  }

  #privilegeOn(privilege: string, kind: string, object: SqlName): SqlText {
    return kind === 'column'
      ? sql`${verbatim(privilege)} (${nameParts(object)[2]!}) ON TABLE ${tableOf(object)}`
      : sql`${verbatim(privilege)} ON ${this.#word(kind, object, {})}`;
  }

  #word(kind: string, object: SqlName, words: Readonly<Record<string, SqlText>>): SqlText {
    if (kind === 'database') {
      return sql`DATABASE ${quoteIdentifier(this.#database)}`;
    }
    const word = words[kind] ?? grantWords[kind] ?? verbatim(kind.replaceAll('-', ' ').toUpperCase());
    return sql`${kind === 'function' ? this.#routine(object) : word} ${object}`;
  }

  #routine(object: SqlName): SqlText {
    switch (this.#owners.get(`function ${object}`)?.detail['routine']) {
      case 'procedure':
        return 'PROCEDURE';
      case 'aggregate':
        return 'ROUTINE';
      default:
        return 'FUNCTION';
    }
  }
}
