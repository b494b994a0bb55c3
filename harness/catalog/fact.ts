import type { RawName, RoleName, SqlName } from '../common/sql.ts';

/** Kinds of catalog object that facts describe. */
export type FactKind =
  | 'collation'
  | 'column'
  | 'conversion'
  | 'database'
  | 'default-privileges'
  | 'event-trigger'
  | 'extension'
  | 'foreign-data-wrapper'
  | 'foreign-key'
  | 'foreign-server'
  | 'function'
  | 'inheritance'
  | 'language'
  | 'large-object'
  | 'materialized-view'
  | 'membership'
  | 'operator'
  | 'operator-class'
  | 'operator-family'
  | 'parameter'
  | 'policy'
  | 'publication'
  | 'role'
  | 'rule'
  | 'schema'
  | 'sequence'
  | 'setting'
  | 'statistics'
  | 'subscription'
  | 'table'
  | 'tablespace'
  | 'text-search-configuration'
  | 'text-search-dictionary'
  | 'trigger'
  | 'type'
  | 'user-mapping'
  | 'view';

/**
 * One statement about the privilege state. Names only, never an oid, a time or a node tree, so equal states give equal
 * facts. For a grant `property` is the privilege in capitals and `role` the grantee (`PUBLIC` for everyone).
 */
export interface Fact {
  kind: FactKind;
  /**
   * Qualified and quoted as the server would quote it: `public.tenants`, `security.f(text)`; columns `public.t.c`. In a `role` or
   * `membership` fact it is the name of a role.
   */
  object: SqlName;
  /** The role that it is about, or '' if it is only about the object. */
  role: RoleName;
  /** A privilege (`SELECT`), or another property (`owner`, `row-security`, `policy`, `bypassrls`). */
  property: string;
  /** The rest, by name: `{grantor: 'postgres', grantable: false}`. */
  detail: Record<string, string | boolean | readonly string[]>;
  /** The policy that a `policy` fact is about. Its name is part of `property`. Not in the fact's text. */
  policy?: RawName;
  /** The parts of the object of a `default-privileges` fact. Not in the fact's text. */
  promise?: Promised;
}

/** The future objects that default privileges apply to. */
export interface Promised {
  /** The role that will create them, by its name in facts. */
  creator: RoleName;
  /** Quoted as the server would quote it; null for every schema. */
  schema: SqlName | null;
  section: 'tables' | 'sequences' | 'functions' | 'types' | 'schemas' | 'large objects';
}

/** The role that a `role` fact is about, or the group of a `membership` fact. */
export function roleOf({ object }: Pick<Fact, 'object'>): RoleName {
  return object as string;
}
