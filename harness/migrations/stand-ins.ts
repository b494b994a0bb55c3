import { readFileSync } from 'node:fs';

import { messageOf, RolecallError } from '../common/errors.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';
import type { Part } from './layouts/layout.ts';

const becomesExtension = readFileSync(new URL('stand-in.sql', import.meta.url), 'utf8');

/** SQL that stands in for an extension that the server does not have. */
export interface StandIn {
  extension: string;
  /** The file, as the user named it. */
  file: string;
  text: string;
}

/** Reads a stand-in from its file. */
export function readStandIn(extension: string, file: string): StandIn {
  try {
    return { extension, file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new RolecallError('bad-contract', {
      message: `cannot read ${file}, which stands in for the extension ${extension}: ${messageOf(error)}`,
      cause: error,
      next: 'Correct its path under migrations.stand_ins in the contract.',
    });
  }
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
        const [, plain, quoted] =
          /^(?:create|alter)\s+extension\s+(?:if\s+not\s+exists\s+)?(?:([\w$]+)|"((?:[^"]|"")+)")/i.exec(
            fromFirstWord(text),
          ) ?? [];
        const name = quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
        return name !== undefined && names.includes(name) ? '' : undefined;
      };
}
