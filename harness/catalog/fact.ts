import type { RawName, RoleName, SqlName } from '../common/sql.ts';

/** Kinds of catalog object that a fact speaks of. */
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
   * Qualified and quoted as the server would quote it: `public.tenants`, `security.f(text)`; columns `public.t.c`. Of a `role`
   * or `membership` fact it is the name of a role.
   */
  object: SqlName;
  /** The role it is about, or '' when it is about the object alone. */
  role: RoleName;
  /** A privilege (`SELECT`), or what is said (`owner`, `row-security`, `policy`, `bypassrls`). */
  property: string;
  /** The rest, by name: `{grantor: 'postgres', grantable: false}`. */
  detail: Record<string, string | boolean | readonly string[]>;
  /** The policy that a `policy` fact is about, whose name is a part of `property`. Not in the fact's text. */
  policy?: RawName;
  /** What the object of a `default-privileges` fact is put together of. Not in the fact's text. */
  promise?: Promised;
}

/** The future objects that default privileges speak of. */
export interface Promised {
  /** The role that will make them, as facts call it. */
  creator: RoleName;
  /** Quoted as the server would quote it; null for every schema. */
  schema: SqlName | null;
  section: 'tables' | 'sequences' | 'functions' | 'types' | 'schemas' | 'large objects';
}

/** The role that a `role` fact is about, or that a `membership` fact says somebody is in. */
export function roleOf({ object }: Pick<Fact, 'object'>): RoleName {
  return object as string;
}
