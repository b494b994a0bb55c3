import { z } from 'zod';

import { file, name, recordOf } from './vocabulary.ts';

const below = z
  .string()
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/,
    'a pattern of paths below the root, as src/**/*.ts: not absolute, and without ..',
  );

/** The source code that the contract refers to in `required_by`. */
export const code = z
  .strictObject({
    root: file.meta({
      description:
        'The folder of the source code, relative to the contract file. The paths in `required_by` start here.',
      examples: ['..'],
    }),
    include: z
      .array(below)
      .min(1)
      .meta({
        description: 'The source files, as patterns: `**` matches folders, `*` matches a part of a name.',
        examples: [['src/**/*.py']],
      }),
    exclude: z
      .array(below)
      .default([])
      .meta({
        description: 'The files that are skipped, as patterns. node_modules and .git are always skipped.',
        examples: [['src/tests/**']],
      }),
    identities: recordOf(
      z
        .union([name, z.array(name).min(1)])
        .meta({ description: 'The identity, or the list of identities, that runs the SQL in these files.' }),
    )
      .prefault({})
      .meta({
        description:
          'The identities that run the SQL in the source code, by pattern of files. Default: those whose needs name the file in `required_by`.',
        examples: [{ 'src/worker/**': 'app' }],
      }),
  })
  .meta({
    description:
      'The source code that uses the database. What the needs name in `required_by` must exist in it, and its SQL may use only what its identity has. Write `required_by` as PATH, PATH#SYMBOL, PATH (SYMBOL) or PATH:LINE, several with commas; words in brackets are not checked.',
    examples: [{ root: '..', include: ['src/**/*.py'] }],
  });
