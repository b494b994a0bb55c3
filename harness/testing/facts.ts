import type { Fact, FactKind, Promised } from '../catalog/fact.ts';
import { roleSql } from '../catalog/role-name.ts';

/** Facts as the snapshot would give them, for tests without a database. */
export const role = (object: string, ...attributes: string[]): Fact[] =>
  ['exists', ...attributes].map((property) => ({ kind: 'role', object, role: '', property, detail: {} }));
export const member = (
  group: string,
  who: string,
  options: Partial<Record<'inherit' | 'set' | 'admin', boolean>> = {},
  grantor = 'postgres',
): Fact => ({
  kind: 'membership',
  object: group,
  role: who,
  property: 'member',
  detail: { grantor, admin: false, inherit: true, set: true, ...options },
});
export const grant = (kind: FactKind, object: string, who: string, property: string, grantable = false): Fact => ({
  kind,
  object,
  role: who,
  property,
  detail: { grantor: 'postgres', grantable },
});
export const owner = (kind: FactKind, object: string, who = 'admin'): Fact => ({
  kind,
  object,
  role: who,
  property: 'owner',
  detail: {},
});
export const about = (kind: FactKind, object: string, property: string, detail: Fact['detail'], who = ''): Fact => ({
  kind,
  object,
  role: who,
  property,
  detail,
});

export const policy = (table: string, name: string, detail: Fact['detail'] = {}): Fact => ({
  ...about('policy', table, `policy ${name}`, detail),
  policy: name,
});
/** A default privilege. A null `schema` means everywhere. */
export const promise = (
  creator: string,
  schema: string | null,
  section: Promised['section'],
  who: string,
  property: string,
): Fact => ({
  ...(property === 'replaces-default'
    ? about('default-privileges', '', property, {})
    : grant('default-privileges', '', who, property)),
  object: `${roleSql(creator)} ${schema === null ? 'everywhere' : `in ${schema}`} ${section}`,
  promise: { creator, schema, section },
});

/** The roles of the minimal contract as it declares them, in their own database. */
export const roles: Fact[] = [
  ...role('admin', 'superuser', 'login'),
  ...role('app', 'login', 'inherit'),
  ...role('rw', 'inherit'),
  member('rw', 'app'),
  owner('database', 'database'),
];
/** The schema public, usable by everyone. */
export const publicSchema: Fact[] = [owner('schema', 'public'), grant('schema', 'public', 'PUBLIC', 'USAGE')];
