import { z } from 'zod';

import { sha256 } from '../common/digest.ts';
import { byCodeUnit } from '../common/order.ts';
import { isLookedAt } from '../proofs/phase-evidence.ts';
import type { Evidence } from './evidence.ts';

/** https://in-toto.io/Statement/v1 about a test run: https://github.com/in-toto/attestation, predicates/test-result.md. */
export const statementType = 'https://in-toto.io/Statement/v1';
export const predicateType = 'https://in-toto.io/attestation/test-result/v0.1';
export const payloadType = 'application/vnd.in-toto+json';

const digest = z.record(z.string(), z.string());
const statementSchema = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(z.strictObject({ name: z.string(), digest })),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(z.strictObject({ name: z.string(), digest: digest.optional() })),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
  }),
});
export type Statement = z.infer<typeof statementSchema>;

/**
 * The statement about a pack: what was tested, by what, and the result. `manifest` is the sha256 of the manifest, which names
 * every file.
 */
export function statementOf(evidence: Evidence, manifest: string): Statement {
  const { run, phases, verdict, assertions } = evidence;
  const named = (result: 'ok' | 'other') =>
    assertions
      .filter(({ head }) => (head === 'ok') === (result === 'ok'))
      .map(({ suite, number, name }) => `${suite} ${number} ${name}`);
  const of = (...kinds: string[]) => run.inputs.filter(({ kind }) => kinds.includes(kind));
  const together = (name: string, files: Evidence['run']['inputs']) => ({ name, digest: { sha256: digestOf(files) } });
  return {
    _type: statementType,
    subject: [
      ...(run.git_commit === null ? [] : [{ name: 'git', digest: { gitCommit: run.git_commit } }]),
      { name: run.contract_file, digest: { sha256: run.contract_sha256 } },
      ...(run.kind === 'check'
        ? []
        : [together('migrations as built', of('migration', 'included', 'provision', 'seed', 'platform', 'server'))]),
      together('suites and controls', of('suite', 'control')),
      ...(['baseline', 'head'] as const)
        .filter((phase) => isLookedAt(phases[phase]))
        .map((phase) => ({
          name: `privilege state at ${phase}, ${phases[phase].revision}`,
          digest: { sha256: phases[phase].fingerprint },
        })),
      { name: 'manifest.json', digest: { sha256: manifest } },
    ],
    predicateType,
    predicate: {
      result: verdict.status === 'pass' ? 'PASSED' : verdict.status === 'fail' ? 'FAILED' : 'WARNED',
      configuration: [
        { name: `rolecall ${run.tool_version}` },
        { name: `PostgreSQL ${run.server_version}, topology ${run.topology}` },
        { name: 'all inputs', digest: { sha256: run.inputs_sha256 } },
      ],
      passedTests: named('ok'),
      warnedTests: verdict.proof.not_seen,
      failedTests: [...named('other'), ...verdict.reasons],
    },
  };
}

/** One digest for several files: of their names and digests, in order. */
function digestOf(files: Evidence['run']['inputs']): string {
  return sha256(
    files
      .map(({ name, sha256: one }) => `${name} ${one}`)
      .toSorted(byCodeUnit)
      .join('\n'),
  );
}

/** Reads a statement. Throws in a few words if it is not one. */
export function parseStatement(text: string): Statement {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error('states something that is not JSON');
  }
  const parsed = statementSchema.safeParse(data);
  if (!parsed.success) {
    throw new Error(
      `states something else: ${parsed.error.issues[0]!.path.join('.')}: ${parsed.error.issues[0]!.message}`,
    );
  }
  return parsed.data;
}

/** What a statement says differently from its pack, one line each. */
export function statementFaults(stated: Statement, evidence: Evidence, manifest: string): string[] {
  const right = statementOf(evidence, manifest);
  const subjects = (of: Statement) =>
    new Map(of.subject.map(({ name, digest: value }) => [name, JSON.stringify(value)]));
  const [said, is] = [subjects(stated), subjects(right)];
  const names = [...new Set([...said.keys(), ...is.keys()])].filter((name) => said.get(name) !== is.get(name));
  const parts = (Object.keys(right.predicate) as (keyof Statement['predicate'])[]).filter(
    (part) => JSON.stringify(stated.predicate[part]) !== JSON.stringify(right.predicate[part]),
  );
  return [
    ...names.map((name) => `the signed statement is about another ${name}`),
    ...parts.map((part) => `the signed statement says something else of ${part}`),
  ];
}
