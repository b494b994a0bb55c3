import type { FactDiff } from '../../catalog/diff-facts.ts';
import type { PhaseName } from '../../common/phase.ts';
import type { Finding } from '../../findings/finding.ts';

/** A finding for each fact that the observation of a phase added or removed. */
export function judgeTraces(phase: PhaseName, { added, removed }: FactDiff = { added: [], removed: [] }): Finding[] {
  const finding = ({ kind, object, property, role }: FactDiff['added'][number], was: 'added' | 'removed'): Finding => ({
    code: 'observation-left-traces',
    severity: 'high',
    object,
    identity: role,
    access: `${phase} ${property} ${was}`,
    message: `after the suites and probes of ${phase}, ${kind} ${object} ${property} ${role} was ${was === 'added' ? 'there' : 'gone'}, which it was not before`,
    remedy: 'A suite commits what it does: let it begin, and roll back at its end.',
  });
  return [...added.map((fact) => finding(fact, 'added')), ...removed.map((fact) => finding(fact, 'removed'))];
}
