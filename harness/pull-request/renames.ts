import type { Fact } from '../catalog/fact.ts';
import { nameParts, schemaOf, tableOf } from '../catalog/identifiers.ts';
import { joined, plainName, type SqlName } from '../common/sql.ts';
import type { Side } from './change.ts';
import type { Statement } from './statements.ts';

/**
 * The base with the names of head: a table, view, function, policy or column that a statement renames is the same under another
 * name.
 */
export function withNewNames(base: Side, head: Side, added: readonly Statement[]): Side {
  return added.reduce((side, { words }) => renamed(side, head, words), base);
}

function renamed(base: Side, head: Side, words: readonly string[]): Side {
  const at = words.indexOf('rename');
  const to = words.indexOf('to', at);
  if (at === -1 || to === -1 || words[0] !== 'alter') {
    return base;
  }
  const [from, name] = [words[to - 1]!, words[to + 1]!];
  const kind = words.slice(1, 3).join(' ');
  if (kind.startsWith('policy')) {
    return policy(base, words, name);
  }
  // `alter table [if exists] [only] [schema .] name rename [column a] to b`
  const table = words[at - 1]!;
  const isColumn = to - at > 1 && !['to', 'constraint'].includes(words[at + 1]!);
  if (words[at + 1] === 'constraint' || !/^(table|view|materialized|sequence|function|procedure|foreign)/.test(kind)) {
    return base;
  }
  if (isColumn) {
    return column(base, table, from, name);
  }
  const old = base.facts.find(
    ({ property, object }) =>
      property === 'owner' && nameParts(object).length > 1 && plainName(nameParts(object)[1]!) === table,
  )?.object;
  const here = old === undefined ? undefined : (joined([schemaOf(old), quoted(name)], '.') as SqlName);
  const isMoved = here !== undefined && !has(head, old!) && has(head, here) && !has(base, here);
  return isMoved ? withObjects(base, (object) => replaced(object, old!, here)) : base;
}

function has({ facts }: Side, object: SqlName): boolean {
  return facts.some((fact) => fact.property === 'owner' && fact.object === object);
}

function replaced(object: SqlName, from: SqlName, to: SqlName): SqlName {
  return object === from
    ? to
    : object.startsWith(`${from}.`)
      ? (`${to}${object.slice(from.length)}` as SqlName)
      : object;
}

function withObjects(base: Side, to: (object: SqlName) => SqlName): Side {
  return {
    ...base,
    facts: base.facts.map((fact) => (to(fact.object) === fact.object ? fact : { ...fact, object: to(fact.object) })),
  };
}

function policy(base: Side, words: readonly string[], to: string): Side {
  const [name, table] = [words[2]!, words[words.indexOf('rename') - 1]!];
  const is = (fact: Fact) =>
    fact.kind === 'policy' && fact.policy === name && plainName(nameParts(fact.object)[1]!) === table;
  return {
    ...base,
    facts: base.facts.map((fact) => (is(fact) ? { ...fact, property: `policy ${to}`, policy: to } : fact)),
  };
}

/** Renames the column in grants, and in the conditions of its table's policies. */
function column(base: Side, table: string, from: string, to: string): Side {
  const isOf = (object: SqlName) => plainName(nameParts(object)[1] ?? object) === table;
  const inText = (text: unknown) =>
    typeof text === 'string'
      ? text.replaceAll(new RegExp(`(?<![\\w"'.])${escaped(from)}(?![\\w"'(])`, 'g'), () => quoted(to))
      : text;
  const facts = base.facts.map((fact): Fact => {
    const { kind, object, detail } = fact;
    if (kind === 'column' && isOf(tableOf(object)) && plainName(nameParts(object)[2]!) === from) {
      return { ...fact, object: joined([tableOf(object), quoted(to)], '.') };
    }
    return kind === 'policy' && isOf(object)
      ? {
          ...fact,
          detail: Object.fromEntries(
            Object.entries(detail).map(([key, value]) => [
              key,
              key === 'using' || key === 'check' ? inText(value) : value,
            ]),
          ) as Fact['detail'],
        }
      : fact;
  });
  return { ...base, facts };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function quoted(name: string): SqlName {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
