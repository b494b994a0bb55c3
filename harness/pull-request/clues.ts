import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { FactKind } from '../catalog/fact.ts';
import { nameParts, schemaOf, tableOf } from '../catalog/identifiers.ts';
import { everyone } from '../catalog/role-name.ts';
import { plainName, type RoleName, type SqlName } from '../common/sql.ts';
import type { Clue } from './change.ts';
import { lastName } from './words.ts';

interface Granted {
  kind: FactKind;
  object: SqlName;
  role: RoleName;
  privileges: readonly string[];
}

const alls: Partial<Record<FactKind, string>> = {
  table: 'tables',
  view: 'tables',
  'materialized-view': 'tables',
  sequence: 'sequences',
  function: 'functions',
};

/** Statements by which a role may get a privilege on an object, or lose it, the likeliest first. */
export function grantClues(verb: 'grant' | 'revoke', { kind, object, role, privileges }: Granted): Clue[] {
  const to = role === everyone ? 'public' : role;
  const column = kind === 'column' ? [plainName(nameParts(object)[2]!)] : [];
  const names = kind === 'database' ? ['database'] : [lastName(kind === 'column' ? tableOf(object) : object)];
  const all = alls[kind];
  const schema = nameParts(object).length > 1 ? plainName(schemaOf(object)) : undefined;
  const made = kind === 'column' ? 'table' : kind.replaceAll('-', ' ');
  const words = privileges.map((one) => one.toLowerCase());
  const create = [`create ${made}`, `create or replace ${made}`];
  return [
    ...words.map((privilege) => ({ verbs: [verb], names: [privilege, ...names, ...column], to })),
    { verbs: [verb], names: [...names, ...column], to },
    ...(all === undefined || schema === undefined ? [] : [{ verbs: [verb], names: [all, 'schema', schema], to }]),
    ...(schema === undefined ? [] : [{ verbs: [verb], names: ['usage', 'schema', schema], to }]),
    ...(verb === 'grant'
      ? [
          { verbs: create, names },
          { verbs: ['create'], names },
        ]
      : [{ verbs: ['drop'], names }]),
    ...(tableKinds.has(kind) && verb === 'revoke' ? [{ verbs: ['alter'], names }] : []),
  ];
}
