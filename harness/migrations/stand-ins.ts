import { readFileSync } from 'node:fs';

import type { Part } from './layouts/layout.ts';

const becomesExtension = readFileSync(new URL('stand-in.sql', import.meta.url), 'utf8');

/** SQL that stands in for an extension that the server does not have. */
export interface StandIn {
  extension: string;
  /** The file, as the user named it. */
  file: string;
  text: string;
}

/** A stand-in as a part: what its file makes is an extension of that name afterwards. */
export function standInPart({ file, text }: StandIn): Part {
  return { file, text: `${text}\n${becomesExtension}`, transaction: true, superuser: true };
}

/** What is sent instead of a statement about an extension that somebody stands in for: nothing, for it is there. */
export function withoutExtensions(names: readonly string[]): ((text: string) => string | undefined) | undefined {
  return names.length === 0
    ? undefined
    : (text) => {
        const statement = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/, '');
        const [, plain, quoted] =
          /^(?:create|alter)\s+extension\s+(?:if\s+not\s+exists\s+)?(?:([\w$]+)|"((?:[^"]|"")+)")/i.exec(statement) ??
          [];
        const name = quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
        return name !== undefined && names.includes(name) ? '' : undefined;
      };
}
