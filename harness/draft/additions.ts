import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

import { isRecord } from '../common/is-record.ts';

/** A contract with additions. */
export interface Extended {
  text: string;
  /** What was added, by its path: `tables.public.notes.grants`. */
  added: string[];
  /** Paths at which an addition would have to change what is there: an alias, an empty value, a value of another kind. */
  left: string[];
}

/** A value in a draft that is missing at the same path of a contract. */
type Value = unknown;

interface Insertion {
  at: number;
  text: string;
}

/** Additions without the policies of tables of which the contract says in words that row security is off: a person has to change that first. */
export function withoutPoliciesWhereOff(
  draft: Readonly<Record<string, Value>>,
  left: readonly string[],
): Record<string, Value> {
  const { tables } = draft;
  if (!isRecord(tables)) {
    return { ...draft };
  }
  const entries = Object.entries(tables).map(([name, entry]) => {
    const { policies, ...rest } = entry as Record<string, Value>;
    const isOff = left.includes(`tables.${name}.row_security`);
    return [name, isOff || policies === undefined ? rest : { ...rest, policies }] as const;
  });
  return { ...draft, tables: Object.fromEntries(entries) };
}

/**
 * Adds to the text of a contract what `draft` has and the contract lacks: keys of maps and items of lists. Everything else stays,
 * with its comments and its form. Pure.
 */
export function extended(text: string, draft: Readonly<Record<string, Value>>): Extended {
  const document = parseDocument(text);
  const insertions: Insertion[] = [];
  const [added, left]: [string[], string[]] = [[], []];
  const compare = (node: unknown, value: Value, place: string): void => {
    if (isAlias(node)) {
      const held = node.resolve(document);
      const missing = held === undefined || lacks(held.toJSON(), value);
      left.push(...(missing ? [place] : []));
    } else if (isMap(node) && isRecord(value)) {
      compareMap(node, value, place);
    } else if (isSeq(node) && Array.isArray(value)) {
      const known = new Set((node.toJSON() as unknown[]).map((item) => JSON.stringify(item)));
      const more = value.filter((item) => !known.has(JSON.stringify(item)));
      if (more.length > 0) {
        added.push(place);
        insertions.push(intoSeq(text, node, more));
      }
    } else if (isScalar(node) && typeof value !== 'object') {
      left.push(...(node.value === value ? [] : [place]));
    } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      left.push(place);
    }
  };
  const compareMap = (node: YAMLMap, value: Readonly<Record<string, Value>>, place: string): void => {
    const pairs = new Map(node.items.map((pair) => [keyOf(pair), pair]));
    const more: [string, Value][] = [];
    for (const [key, wanted] of Object.entries(value)) {
      const pair = pairs.get(key);
      const at = place === '' ? key : `${place}.${key}`;
      if (pair === undefined) {
        more.push([key, wanted]);
        added.push(at);
      } else {
        compare(pair.value, wanted, at);
      }
    }
    if (more.length > 0) {
      insertions.push(intoMap(text, node, Object.fromEntries(more)));
    }
  };
  compare(document.contents, draft, '');
  // From the end, so that offsets stay valid. What was added first at an offset comes first.
  const extendedText = insertions
    .toReversed()
    .toSorted((a, b) => b.at - a.at)
    .reduce((whole, { at, text: more }) => `${whole.slice(0, at)}${more}${whole.slice(at)}`, text);
  return { text: extendedText, added, left };
}

function lacks(held: unknown, value: Value): boolean {
  if (isRecord(held) && isRecord(value)) {
    return Object.entries(value).some(([key, wanted]) => !(key in held) || lacks(held[key], wanted));
  }
  return Array.isArray(held) && Array.isArray(value)
    ? value.some((item) => !held.some((one) => JSON.stringify(one) === JSON.stringify(item)))
    : false;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** On one line, as in a flow collection. */
function inLine(value: Value): string {
  if (Array.isArray(value)) {
    return `[${value.map(inLine).join(', ')}]`;
  }
  if (isRecord(value)) {
    const words = pairsInLine(value);
    return words === '' ? '{}' : `{ ${words} }`;
  }
  // As in a sequence: a comma or a bracket in a text needs quotes there.
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

function pairsInLine(value: Readonly<Record<string, Value>>): string {
  return Object.entries(value)
    .map(([key, held]) => `${inLine(key)}: ${inLine(held)}`)
    .join(', ');
}

function intoSeq(text: string, node: YAMLSeq, items: readonly Value[]): Insertion {
  const [start, end] = node.range!;
  if (node.flow === true) {
    const words = items.map(inLine).join(', ');
    const last = valueEnd(node.items.at(-1));
    return last === undefined ? { at: start + 1, text: words } : { at: last, text: `, ${words}` };
  }
  const indent = columnOf(text, start);
  return afterLine(text, lastEnd(node.items.at(-1), end), items.map((item) => `${indent}- ${inLine(item)}\n`).join(''));
}

function intoMap(text: string, node: YAMLMap, entries: Readonly<Record<string, Value>>): Insertion {
  const [start, end] = node.range!;
  if (node.flow === true) {
    const words = pairsInLine(entries);
    const pair = node.items.at(-1);
    const last = valueEnd(pair?.value) ?? valueEnd(pair?.key);
    return last === undefined ? { at: start + 1, text: ` ${words} ` } : { at: last, text: `, ${words}` };
  }
  const indent = columnOf(text, start);
  const block = stringify(entries, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}\n`)
    .join('');
  return afterLine(text, lastEnd(node.items.at(-1)?.value, end), block);
}

/** The end of a node's own text. A comma or a comment may follow. */
function valueEnd(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[1];
}

/** After the line in which something ends. */
function afterLine(text: string, end: number, more: string): Insertion {
  const found = text.indexOf('\n', Math.max(0, end - 1));
  return found === -1 ? { at: text.length, text: `\n${more}` } : { at: found + 1, text: more };
}

/** The end of the last item of a collection: the collection itself extends to what follows it. */
function lastEnd(node: unknown, fallback: number): number {
  const last =
    isMap(node) && node.flow !== true
      ? node.items.at(-1)?.value
      : isSeq(node) && node.flow !== true
        ? node.items.at(-1)
        : undefined;
  return last === undefined ? ((node as Node | undefined)?.range?.[1] ?? fallback) : lastEnd(last, fallback);
}

function columnOf(text: string, offset: number): string {
  return ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));
}
