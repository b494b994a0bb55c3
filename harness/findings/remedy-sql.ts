import { type RoleName, sql, type SqlName, type SqlText, verbatim } from '../common/sql.ts';
import type { Fact } from '../catalog/fact.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import { nameParts, tableOf } from '../catalog/identifiers.ts';
import { everyone, roleSql } from '../catalog/role-name.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/** What GRANT and REVOKE call a kind of object, where it is not the kind in capitals. */
const grantWords: Readonly<Record<string, SqlText>> = {
  'materialized-view': 'TABLE',
  view: 'TABLE',
  column: 'TABLE',
};
/** What ALTER calls a kind of object, where GRANT calls it otherwise. */
const alterWords: Readonly<Record<string, SqlText>> = { 'foreign-server': 'SERVER' };

/** Kinds whose owner has to be a superuser. */
const ofSuperusers: ReadonlySet<string> = new Set(['foreign-data-wrapper', 'event-trigger']);

/**
 * Writes GRANT, REVOKE and ALTER for objects and roles as facts call them. What a kind is called there, that a procedure is
 * no function and that an identity's sequence has its table's owner, it knows from the facts.
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

  /** `ALTER TABLE public.t OWNER TO "admin";`; '' where the role cannot own such a thing. */
  owner(kind: string, object: SqlName, role: RoleName): SqlText {
    if (role === everyone || (ofSuperusers.has(kind) && !this.#superusers.has(role))) {
      return '';
    }
    const leader = this.#ownerSharedWith(kind, object);
    return leader === '' ? '' : sql`ALTER ${leader ?? this.#word(kind, object, alterWords)} OWNER TO ${roleSql(role)};`;
  }

  /** The table to which a sequence belongs, whose owner it shares; undefined for one that stands alone. */
  tableOfSequence(kind: string, object: SqlName): SqlName | undefined {
    const column = kind === 'sequence' ? this.#owners.get(`sequence ${object}`)?.detail['owned_by'] : undefined;
    return typeof column === 'string' ? tableOf(column) : undefined;
  }

  /** What has to be given away for an object that has another's owner; '' where nothing can be, undefined where it has its own. */
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
