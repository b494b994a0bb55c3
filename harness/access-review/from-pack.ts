import { meaningOf } from '../attempts/outcome.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { grouped } from '../common/text.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Gateway } from './classify.ts';
import type { ReviewInput, Used } from './review.ts';

/** The part of a pack's evidence that a review reads. */
export function inputOfPack(evidence: Evidence, manifest: string): { input: ReviewInput; gateways: Gateway[] } {
  const { run, phases, truth_table, findings, only_paths, verdict } = evidence;
  const { head } = phases;
  const input: ReviewInput = {
    origin: {
      pack: run.id,
      manifest,
      contract: run.contract,
      contractSha256: run.contract_sha256,
      commit: run.git_commit === null ? null : `${run.git_commit}${run.git_dirty ? ', with changes' : ''}`,
      server: `PostgreSQL ${run.server_version} (${run.topology})`,
      database: head.database,
      date: run.started_at.slice(0, 10),
      verdict: verdict.status,
    },
    identities: head.roles.map(({ name, kind }) => ({ name, kind })),
    needs: truth_table
      .filter(({ expected }) => expected)
      .flatMap(({ identity, object, access, required_by }) =>
        access.split('/').map((privilege) => ({ identity, object, privilege, requiredBy: required_by })),
      ),
    used: [...tried(head.probes.filter((probe) => probe.kind === 'attempt')), ...asserted(evidence)],
    truth: truth_table.map(({ identity, object, access, expected, allowed, witnesses, required_by }) => ({
      identity,
      object,
      access,
      expected,
      allowed,
      attempt: witnesses.attempt,
      requiredBy: required_by,
    })),
    findings: findings.map(({ code, object, identity = '', access = '' }) => ({ code, object, identity, access })),
  };
  const gateways = only_paths.flatMap(({ table, through }) => through.map((fn) => ({ table, function: fn })));
  return { input, gateways };
}

/**
 * Plain statements that got past the grants as the identity itself. A statement that needs several privileges shows none of them
 * alone.
 */
function tried(attempts: readonly Attempt[]): Used[] {
  const past = attempts.filter((one) => one.command === one.access && meaningOf(one).isAllowed);
  return grouped(past, ({ identity, object, access }) => JSON.stringify([identity, object, access])).map(
    ({ items }) => {
      const { identity, object, access: privilege } = items[0]!;
      const how = `${privilege} was executed as this role, and the server allowed it`;
      return { identity, object, privilege, by: 'attempt', how };
    },
  );
}

function asserted({ phases }: Evidence): Used[] {
  return phases.head.suites.flatMap(({ suite, witnesses: ofAll = [], assertions }) =>
    assertions
      .filter(({ result }) => result === 'ok')
      .flatMap(({ number, witnesses = [] }) =>
        [...ofAll, ...witnesses].flatMap(({ identity, object, privileges }) =>
          [...privileges].map((privilege): Used => ({
            identity,
            object,
            privilege,
            by: 'suite',
            how: `${suite} #${number}`,
          })),
        ),
      ),
  );
}
