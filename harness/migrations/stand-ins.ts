import { readFileSync } from 'node:fs';

import { messageOf, RolecallError } from '../common/errors.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';
import type { Part } from './layouts/layout.ts';

const becomesExtension = readFileSync(new URL('stand-in.sql', import.meta.url), 'utf8');

/** SQL that replaces an extension that the server does not have. */
export interface StandIn {
  extension: string;
  /** The path of the file as the user wrote it. */
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

/** A stand-in as a part. Afterwards the objects of its file are an extension with that name. */
export function standInPart({ file, text }: StandIn): Part {
  return { file, text: `${text}\n${becomesExtension}`, transaction: true, superuser: true };
}

/** The text to send instead of a statement about an extension that has a stand-in: none, because the extension exists. */
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
