import { z } from 'zod';

import { everyContext, name, sentence, until } from './vocabulary.ts';

const anything = '* stands for anything.';

export const acceptance = z.strictObject({
  code: name.describe('Code of the finding: rolecall explain CODE. `unproven` for what could not be shown.'),
  object: name.describe(`Object of the finding. ${anything}`),
  identity: name.optional().describe(`Identity of the finding. Default: any. ${anything}`),
  access: name.optional().describe(`Privilege, attribute or policy of the finding. Default: any. ${anything}`),
  reason: sentence.describe('Why it is accepted, for those who read the report.'),
  until,
});

const outcome = z
  .union([
    z.enum(['allowed', 'denied-by-grant', 'denied-by-rls', 'hidden', 'absent']),
    z.templateLiteral([z.enum(['error:', 'stopped:']), z.string().regex(/^[0-9A-Z]{5}$/)]),
  ])
  .describe('How the attempt must end; stopped or error by its SQLSTATE.');

export const expectation = z.strictObject({
  identity: name.describe('The login that tries.'),
  access: name.describe('SELECT, INSERT, UPDATE or DELETE of a table, EXECUTE of a function.'),
  object: name.describe('A table or function of the contract.'),
  context: z
    .enum([...everyContext, 'none'])
    .optional()
    .describe('Default: own-tenant for a tenant-isolated table, none for others.'),
  outcome,
});

export const deficiency = z.strictObject({
  id: name.describe('Its name in the report, as D1.'),
  claim: sentence.describe('What was wrong, in a sentence.'),
  baseline: z.array(expectation).min(1).describe('What must be seen at baseline, or the failure was not reproduced.'),
  head: z.array(expectation).min(1).describe('What must be seen at head, or it is not fixed.'),
});

const percent = (otherwise: number, what: string) =>
  z.number().min(0).max(100).default(otherwise).describe(`Percent: ${what}.`);

export const mutation = z.strictObject({
  thresholds: z
    .strictObject({
      high: percent(100, 'from here on the score is good'),
      low: percent(90, 'below it the score is bad'),
      break: percent(100, 'below it `mutate` fails'),
    })
    .refine(({ high, low }) => low <= high, { error: 'low is above high' })
    .prefault({})
    .describe(
      'Percent of the mutants that are noticed: from high on it is good, below low it is bad, below break `mutate` fails.',
    ),
  accepted: z
    .array(
      z.strictObject({
        mutant: name.describe(`Id of a mutant: rolecall mutate --list. ${anything}`),
        reason: sentence.describe('Why nothing notices it, for those who read the report.'),
        until,
      }),
    )
    .default([])
    .describe('Mutants that nothing notices, and why that is so. They stay visible.'),
});
