import { sqlParser } from '../postgres/parsed-sql.ts';
import type { Fact } from '../catalog/fact.ts';
import { contractWith } from './contract.ts';
import { about, grant, owner, policy, publicSchema, roles } from './facts.ts';
import type { Definitions } from '../mutation/definitions.ts';
import { mutantsBy } from '../mutation/operators.ts';
import type { Mutant, MutationState, Operator } from '../mutation/mutant.ts';

const parser = await sqlParser();

const column = (name: string, type = 'text') => ({ name, type, writable: true });

/** The definitions of the table and the functions in the handmade state. */
export const definitions: Definitions = {
  tables: [
    {
      object: 'public.notes',
      kind: 'table',
      partition: false,
      partitions: null,
      columns: [column('id', 'integer'), column('tenant_id'), column('body')],
      keys: [
        { name: 'notes_pkey', primary: true, columns: ['id'], narrowable: false },
        { name: 'notes_key', primary: false, columns: ['tenant_id', 'body'], narrowable: true },
      ],
    },
  ],
  functions: [
    {
      object: 'public.count_notes()',
      kind: 'f',
      widened: 'create or replace function public.count_notes() …',
    },
  ],
  columnSequences: ['public.notes_id_seq'],
};

export const facts: Fact[] = [
  ...roles,
  ...publicSchema,
  grant('database', 'database', 'PUBLIC', 'CONNECT'),
  owner('table', 'public.notes'),
  grant('table', 'public.notes', 'rw', 'SELECT'),
  grant('table', 'public.notes', 'rw', 'INSERT', true),
  about('table', 'public.notes', 'row-security', { enabled: true, forced: true }),
  policy('public.notes', 'mine', {
    command: 'ALL',
    permissive: true,
    roles: ['PUBLIC'],
    using: '(tenant_id = own())',
  }),
  owner('function', 'public.count_notes()'),
  grant('function', 'public.count_notes()', 'app', 'EXECUTE'),
  about('function', 'public.count_notes()', 'security-definer', {
    search_path: 'pg_catalog',
    leakproof: false,
    body: 'x',
  }),
  owner('sequence', 'public.free'),
  owner('sequence', 'public.notes_id_seq'),
  about('setting', 'cluster', 'search_path', { value: 'public, pg_catalog' }, 'app'),
];

const contract = `
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
database: { grants: { PUBLIC: [CONNECT] } }
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables:
  public.notes: { row_security: forced, policies: { mine: { using: (tenant_id = own()) } }, grants: { rw: [SELECT, INSERT] } }
functions:
  public.count_notes(): { security: definer, grants: { app: [EXECUTE] } }
sequences: { public.free: {}, public.notes_id_seq: {} }
`;

/** A handmade state: a login, its group, a migrator; a tenant's table, a function, two sequences. */
export function handmade(change: Partial<MutationState> = {}): MutationState {
  const parsed = contractWith(contract);
  parsed.identities['app']!.settings['search_path'] = 'public, pg_catalog';
  return { contract: parsed, facts, definitions, parser, major: 16, ...change };
}

/** The SQL of a family's mutants of a state, by id. */
export function sqlOf(family: readonly Operator[], state = handmade()): Record<string, string> {
  return Object.fromEntries(family.flatMap((operator) => mutantsBy(operator, state)).map(({ id, sql }) => [id, sql]));
}

/** One mutant of a family. */
export function mutantOf(family: readonly Operator[], id: string, state = handmade()): Mutant | undefined {
  return family.flatMap((operator) => mutantsBy(operator, state)).find((mutant) => mutant.id === id);
}
