import { z } from 'zod';

import { file, name, recordOf } from './vocabulary.ts';

const below = z
  .string()
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/,
    'a pattern of paths below the root, as src/**/*.ts: not absolute, and without ..',
  );

/** The source code that the contract speaks of in `required_by`. */
export const code = z
  .strictObject({
    root: file.describe('Folder of the source code, relative to the contract file. Paths in required_by start here.'),
    include: z.array(below).min(1).describe('Its files, as patterns: ** stands for folders, * for a part of a name.'),
    exclude: z
      .array(below)
      .default([])
      .describe('Files that are left out, as patterns. node_modules and .git always are.'),
    identities: recordOf(z.union([name, z.array(name).min(1)]))
      .prefault({})
      .describe(
        'Pattern of files → the identity, or identities, that run the SQL in them. Default: those whose needs name the file in required_by.',
      ),
  })
  .describe(
    'Source code: what needs name in required_by must be there, and SQL in it may only use what its identity has. required_by is then PATH, PATH#SYMBOL, PATH (SYMBOL) or PATH:LINE, several after a comma; or words in brackets, which are not checked.',
  );
