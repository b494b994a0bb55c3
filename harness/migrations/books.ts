import { readFileSync } from 'node:fs';

import { bookkeeping, type LayoutName } from '../contract/layouts.ts';
import type { Part } from './layouts/layout.ts';

/** SQL that makes a tool's own tables, if migrations mention them without making them; undefined if nothing is needed. */
export function booksOf(layout: LayoutName, parts: readonly Part[]): Part | undefined {
  const { tables, schemas } = bookkeeping[layout];
  const names = [...tables, ...schemas];
  const isMade = (name: string) => parts.some(({ text }) => made(name).test(text));
  const isNamed = (name: string) => parts.some(({ text }) => new RegExp(`\\b${name}\\b`, 'i').test(text));
  if (names.length === 0 || !names.some(isNamed) || names.some((name) => isNamed(name) && isMade(name))) {
    return undefined;
  }
  const file = new URL(`layouts/bookkeeping/${layout}.sql`, import.meta.url);
  return { file: `books of ${layout}`, text: readFileSync(file, 'utf8'), transaction: true };
}

function made(name: string): RegExp {
  return new RegExp(
    String.raw`\bcreate\s+(?:table|schema)\s+(?:if\s+not\s+exists\s+)?(?:"?\w+"?\s*\.\s*)?"?${name}"?(?![\w"])`,
    'i',
  );
}
