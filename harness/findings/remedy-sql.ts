import type { Fact } from '../catalog/fact.ts';
import { nameParts } from '../catalog/identifiers.ts';
import { everyone, roleSql } from '../catalog/role-name.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/** What GRANT and REVOKE call a kind of object, where it is not the kind in capitals. */
const grantWords: Readonly<Record<string, string>> = {
  'materialized-view': 'TABLE',
  view: 'TABLE',
  column: 'TABLE',
};
/** What ALTER calls a kind of object, where GRANT calls it otherwise. */
const alterWords: Readonly<Record<string, string>> = { 'foreign-server': 'SERVER' };

/** Kinds whose owner has to be a superuser. */
const ofSuperusers: ReadonlySet<string> = new Set(['foreign-data-wrapper', 'event-trigger']);

/**
 * Writes GRANT, REVOKE and ALTER for objects and roles as facts call them. What a kind is called there, that a procedure is
 * no function and that an identity's sequence has its table's owner, it knows from the facts.
 */
export class RemedySql {
  readonly #database: string;
  readonly #owners: ReadonlyMap<string, Fact>;
  readonly #superusers: ReadonlySet<string>;

  constructor(facts: readonly Fact[], database: string) {
    this.#database = database;
    this.#owners = new Map(
      facts.filter(({ property }) => property === 'owner').map((fact) => [`${fact.kind} ${fact.object}`, fact]),
    );
    this.#superusers = new Set(
      facts.filter(({ kind, property }) => kind === 'role' && property === 'superuser').map(({ object }) => object),
    );
  }

  /** `GRANT SELECT ON TABLE public.t TO "app";` */
  grant(privilege: string, kind: string, object: string, role: string): string {
    return `GRANT ${this.#privilegeOn(privilege, kind, object)} TO ${roleSql(role)};`;
  }

  /** `REVOKE SELECT ON TABLE public.t FROM "app";` */
  revoke(privilege: string, kind: string, object: string, role: string, optionOnly = false): string {
    return `REVOKE ${optionOnly ? 'GRANT OPTION FOR ' : ''}${this.#privilegeOn(privilege, kind, object)} FROM ${roleSql(role)};`;
  }

  /** `ALTER TABLE public.t OWNER TO "admin";`; '' where the role cannot own such a thing. */
  owner(kind: string, object: string, role: string): string {
    if (role === everyone || (ofSuperusers.has(kind) && !this.#superusers.has(role))) {
      return '';
    }
    const table = this.tableOfSequence(kind, object);
    return table === undefined
      ? `ALTER ${this.#word(kind, object, alterWords)} OWNER TO ${roleSql(role)};`
      : `ALTER TABLE ${table} OWNER TO ${roleSql(role)};`;
  }

  /** The table to which a sequence belongs, whose owner it shares; undefined for one that stands alone. */
  tableOfSequence(kind: string, object: string): string | undefined {
    const column = kind === 'sequence' ? this.#owners.get(`sequence ${object}`)?.detail['owned_by'] : undefined;
    return typeof column === 'string' ? wholeOf(column) : undefined;
  }

  #privilegeOn(privilege: string, kind: string, object: string): string {
    return kind === 'column'
      ? `${privilege} (${nameParts(object)[2]!}) ON TABLE ${wholeOf(object)}`
      : `${privilege} ON ${this.#word(kind, object, {})}`;
  }

  #word(kind: string, object: string, words: Readonly<Record<string, string>>): string {
    if (kind === 'database') {
      return `DATABASE ${quoteIdentifier(this.#database)}`;
    }
    const word = words[kind] ?? grantWords[kind] ?? kind.replaceAll('-', ' ').toUpperCase();
    return `${kind === 'function' ? this.#routine(object) : word} ${object}`;
  }

  #routine(object: string): string {
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

/** The table of a column. */
export function wholeOf(column: string): string {
  return nameParts(column).slice(0, 2).join('.');
}
