import type { PhaseName } from '../common/phase.ts';
import type { Evidence } from '../pack/evidence.ts';

/** What the server answered about privileges in a phase, one question a line with its answer, then the truth table. */
export function privilegeProbeText(evidence: Evidence, phase: PhaseName): string {
  const { probes, database, revision } = evidence.phases[phase];
  const questions = probes.flatMap((probe) =>
    probe.kind === 'catalog' ? [`${word(probe.answer).padEnd(6)}  ${oneLine(probe.sql)}`] : [],
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

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim();
}
