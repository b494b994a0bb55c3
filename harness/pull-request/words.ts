import type { Fact, FactKind } from '../catalog/fact.ts';
import { nameParts, schemaOf, tableOf } from '../catalog/identifiers.ts';
import { everyone } from '../catalog/role-name.ts';
import { plainName, type SqlName } from '../common/sql.ts';
import { listed } from '../common/text.ts';
import { visibleText } from '../report/escape-invisible.ts';
import { inOrder } from '../report/orders.ts';
import type { Thing } from './change.ts';

const longest = 160;

/** A name or an expression as code in Markdown, on one line, whatever it contains. */
export function code(text: string): string {
  const line = visibleText(text).replaceAll(/\s+/g, ' ');
  const shown = line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
  const ticks = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(ticks + 1);
  return ticks === 0 ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}

/** A role in a sentence. */
export function roleWords(role: string): string {
  return role === everyone ? 'PUBLIC' : code(role);
}

/** `` `a`, `b` and 5 others ``: the first names, and the number of the others. */
export function named(names: readonly string[], most = 3): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.length - shown.length;
  return listed([...shown.map(roleWords), ...(rest > 0 ? [`${rest} others`] : [])]);
}

const grantOrder = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
  'MAINTAIN',
  'USAGE',
  'CREATE',
];

/** Privileges, each once, as people name them: SELECT first, unknown ones last. */
export function inGrantOrder(privileges: readonly string[]): string[] {
  return [...new Set(privileges)].toSorted(inOrder(grantOrder));
}

/** What the privileges allow, as words before the object. */
export function doing(kind: FactKind, privileges: readonly string[]): string {
  const words = doings[kind] ?? {};
  return listed(privileges.map((privilege) => words[privilege] ?? privilege));
}

const doings: Partial<Record<FactKind, Record<string, string>>> = {
  schema: { USAGE: 'use', CREATE: 'create objects in' },
  database: { CONNECT: 'connect to', TEMPORARY: 'make temporary tables in', CREATE: 'create schemas in' },
  sequence: { USAGE: 'use' },
  type: { USAGE: 'use' },
  language: { USAGE: 'use' },
  'foreign-server': { USAGE: 'use' },
  'foreign-data-wrapper': { USAGE: 'use' },
  tablespace: { CREATE: 'create tables in' },
};

/** An object in a reader's words. `extensions` says to which extension it belongs. */
export function thing(kind: FactKind, name: SqlName, extensions: ReadonlyMap<string, string>): Thing {
  const noun = kind.replaceAll('-', ' ');
  const extension = extensions.get(`${kind}\t${name}`);
  const within =
    extension !== undefined
      ? ` of extension ${code(extension)}`
      : kind === 'column'
        ? ` of table ${code(tableOf(name))}`
        : nameParts(name).length > 1
          ? ` in schema ${code(schemaOf(name))}`
          : '';
  return { kind, name, noun, within };
}

/** An object in a sentence. Tables and functions appear only by name. */
export function thingWords({ kind, name, noun }: Thing): string {
  if (kind === 'database') {
    return 'the database';
  }
  return ['table', 'view', 'function', 'column', 'materialized-view'].includes(kind)
    ? code(name)
    : `${noun} ${code(name)}`;
}

/** The extension of each object that belongs to one, by kind and name. */
export function extensionsOf(facts: readonly Fact[]): Map<string, string> {
  return new Map(
    facts.flatMap(({ kind, object, detail }) =>
      typeof detail['extension'] === 'string' ? [[`${kind}\t${object}`, detail['extension']] as const] : [],
    ),
  );
}

/** The name of an object as a statement may write it: without its schema, quotes and arguments. */
export function lastName(name: SqlName): string {
  const parts = nameParts(name);
  return plainName(parts.at(-1)!);
}
