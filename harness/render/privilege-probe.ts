import type { CatalogAnswer } from '../attempts/attempt.ts';
import { grouped } from '../common/text.ts';
import type { PhaseName } from '../common/phase.ts';
import type { Evidence } from '../pack/evidence.ts';

/** The server's answers about privileges in a phase, with the same answers in one line, then the truth table. */
export function privilegeProbeText(evidence: Evidence, phase: PhaseName): string {
  const { probes, database, revision } = evidence.phases[phase];
  const asked = probes.filter((probe): probe is CatalogAnswer => probe.kind === 'catalog');
  const questions = grouped(asked, ({ question, identity, object }) => `${question} ${identity} ${object}`).flatMap(
    ({ key, items }) =>
      grouped(items, ({ answer }) => word(answer)).map(
        (same) => `${same.key.padEnd(6)}  ${key}: ${same.items.map(({ privilege }) => privilege).join(', ')}`,
      ),
  );
  const table = evidence.truth_table.map(({ identity, access, object, allowed, baseline_allowed, mechanism }) => {
    const effective = phase === 'head' ? allowed : baseline_allowed;
    return `${word(effective ?? 'absent').padEnd(6)}  ${identity} ${access} ${object}${phase === 'head' ? ` (${mechanism})` : ''}`;
  });
  return [
    `-- PostgreSQL ${evidence.run.server_version}, database ${database} at revision ${revision}`,
    '',
    '-- asked as superuser',
    ...questions,
    '',
    '-- truth table',
    ...table,
    '',
  ].join('\n');
}

function word(answer: boolean | 'absent'): string {
  return typeof answer === 'string' ? answer : answer ? 'yes' : 'no';
}
