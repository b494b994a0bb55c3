import { z } from 'zod';

import { everyContext, name, sentence, until } from './vocabulary.ts';

const anything = '`*` matches anything.';

export const acceptance = z.strictObject({
  code: name.meta({
    description: 'The code of the finding: `rolecall explain` lists them. `unproven` accepts what could not be shown.',
    examples: ['public-may-execute'],
  }),
  object: name.meta({ description: `The object of the finding. ${anything}`, examples: ['public.now_utc()'] }),
  identity: name
    .optional()
    .meta({ description: `The identity of the finding. ${anything} Default: any.`, examples: ['app'] }),
  access: name.optional().meta({
    description: `The privilege, attribute or policy of the finding. ${anything} Default: any.`,
    examples: ['EXECUTE'],
  }),
  reason: sentence.meta({
    description: 'The reason why the finding is accepted, for readers of the report.',
    examples: ['It reads no table.'],
  }),
  until,
});

const outcome = z
  .union([
    z.enum(['allowed', 'denied-by-grant', 'denied-by-rls', 'hidden', 'absent']),
    z.templateLiteral([z.enum(['error:', 'stopped:']), z.string().regex(/^[0-9A-Z]{5}$/)]),
  ])
  .meta({
    description:
      'How the attempt must end: `allowed`, `denied-by-grant`, `denied-by-rls`, `hidden`, `absent`, or `stopped:` or `error:` with the SQLSTATE.',
    examples: ['denied-by-grant', 'stopped:23505'],
  });

export const expectation = z.strictObject({
  identity: name.meta({ description: 'The login that tries.', examples: ['app'] }),
  access: name.meta({
    description: 'SELECT, INSERT, UPDATE or DELETE on a table; EXECUTE on a function.',
    examples: ['SELECT'],
  }),
  object: name.meta({ description: 'A table or function that the contract names.', examples: ['public.notes'] }),
  context: z
    .enum([...everyContext, 'none'])
    .optional()
    .meta({
      description:
        'The tenant context that the session is in. Default: `own-tenant` for a table that is isolated by tenant, `none` for others.',
      examples: ['never-set'],
    }),
  outcome,
});

const expected = (description: string, outcomeThen: string) =>
  z
    .array(expectation)
    .min(1)
    .meta({
      description,
      examples: [[{ identity: 'app', access: 'SELECT', object: 'public.notes', outcome: outcomeThen }]],
    });

export const deficiency = z.strictObject({
  id: name.meta({ description: 'The name of the deficiency in the report.', examples: ['D1'] }),
  claim: sentence.meta({
    description: 'What was wrong, in one sentence.',
    examples: ['The application can read the secrets of every tenant.'],
  }),
  baseline: expected('What must be seen at baseline. Otherwise the fault was not reproduced.', 'allowed'),
  head: expected('What must be seen at head. Otherwise the fault is not fixed.', 'denied-by-grant'),
});

const percent = (otherwise: number, description: string) =>
  z
    .number()
    .min(0)
    .max(100)
    .default(otherwise)
    .meta({ description, examples: [95] });

export const mutation = z
  .strictObject({
    thresholds: z
      .strictObject({
        high: percent(100, 'The score, in percent, from which the report calls it good.'),
        low: percent(90, 'The score, in percent, below which the report calls it bad.'),
        break: percent(100, 'The score, in percent, below which `mutate` fails.'),
      })
      .refine(({ high, low }) => low <= high, { error: 'low is above high' })
      .prefault({})
      .meta({
        description: 'The scores that count as good, bad and failed. The score is the percentage of noticed mutants.',
        examples: [{ high: 100, low: 80, break: 90 }],
      }),
    accepted: z
      .array(
        z.strictObject({
          mutant: name.meta({
            description: `The id of a mutant: \`rolecall mutate --list\` prints them. ${anything}`,
            examples: ['policy-kind/public.notes/*'],
          }),
          reason: sentence.meta({
            description: 'The reason why nothing notices the mutant, for readers of the report.',
            examples: ['A second policy says the same.'],
          }),
          until,
        }),
      )
      .default([])
      .meta({
        description: 'The mutants that nothing notices and that you accept for a time. They stay visible.',
        examples: [
          [
            {
              mutant: 'policy-kind/public.notes/*',
              reason: 'A second policy says the same.',
              until: '2027-01-31',
            },
          ],
        ],
      }),
  })
  .meta({ description: 'What `rolecall mutate` demands.', examples: [{ thresholds: { break: 95, low: 80 } }] });
