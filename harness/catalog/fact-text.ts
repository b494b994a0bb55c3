import { createHash } from 'node:crypto';

import type { Fact } from './fact.ts';

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A fact as one line of tab-separated fields: `kind object role property k=v …`, with `-` for an empty one. */
export function factLine(fact: Fact): string {
  const fields = [fact.kind, fact.object, fact.role, fact.property].map(field);
  for (const key of Object.keys(fact.detail).sort()) {
    fields.push(`${escape(key)}=${escape(detailText(fact.detail[key]!))}`);
  }
  return fields.join('\t');
}

/** The facts in the order of their lines, by code unit: the same on every machine. */
export function sortFacts(facts: readonly Fact[]): Fact[] {
  return facts
    .map((fact) => ({ fact, line: factLine(fact) }))
    .sort((a, b) => (a.line < b.line ? -1 : Number(a.line > b.line)))
    .map(({ fact }) => fact);
}

/** All facts as text, one sorted line each: the contents of `privileges.<phase>.txt`. */
export function factsText(facts: readonly Fact[]): string {
  return facts
    .map((fact) => `${factLine(fact)}\n`)
    .sort()
    .join('');
}

/** A list as one text, in order. An element that would be ambiguous, for example with a comma, is quoted. */
export function listText(list: readonly string[]): string {
  return list
    .toSorted()
    .map((one) => (/^[\w$.-]+$/.test(one) ? one : `"${one.replaceAll('"', '""')}"`))
    .join(', ');
}

/** The sha256 of the text of the facts, in hex: equal states have equal fingerprints. */
export function fingerprint(facts: readonly Fact[]): string {
  return createHash('sha256').update(factsText(facts)).digest('hex');
}

function detailText(value: Fact['detail'][string]): string {
  return typeof value === 'object' ? listText(value) : String(value);
}

function field(text: string): string {
  if (text === '') {
    return '-';
  }
  return text === '-' ? '\\-' : escape(text);
}

function escape(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (character) => escapes[character]!);
}
