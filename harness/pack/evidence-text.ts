import { compact, expand } from './compact.ts';
import type { Evidence } from './evidence.ts';
import type { StoredEvidence } from './stored.ts';

/** The text of `evidence.json`: one element of a list per line, so that `git diff` and `grep` show the subject of a change. */
export function evidenceText(evidence: Evidence): string {
  return `${written(compact(evidence), 0)}\n`;
}

/** The evidence in such a text. It is not checked against the schema here. */
export function parseEvidence(text: string): Evidence {
  return expand(JSON.parse(text) as StoredEvidence);
}

/** How many levels of objects are spread over lines: the evidence, its parts, and each phase. */
const spreadLevels = 3;

function written(value: unknown, level: number): string {
  if (Array.isArray(value) && value.length > 0 && level <= spreadLevels) {
    return `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && level < spreadLevels) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{\n${entries.map(([key, item]) => `${JSON.stringify(key)}:${written(item, level + 1)}`).join(',\n')}\n}`;
  }
  return JSON.stringify(value);
}
