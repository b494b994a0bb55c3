import { couldNotBeSetUp, wasInterrupted, type Attempt } from './attempt.ts';

/** Whether a denial stands beside the same statement working; where rows were kept away, it must have reached some. */
export function hasControl({ outcome, control }: Attempt): boolean {
  switch (outcome) {
    case 'denied-by-grant':
      return control?.outcome === 'allowed';
    case 'denied-by-rls':
    case 'hidden':
      return control?.outcome === 'allowed' && control.rows > 0;
    default:
      return true;
  }
}

/** COPY FROM is refused under row security, by the server's own rule and in every context. */
export function isRefusedCopy({ command, outcome }: Pick<Attempt, 'command' | 'outcome'>): boolean {
  return command === 'COPY FROM' && outcome === 'error:0A000';
}

/** Why an attempt in a tenant context shows nothing, or null; `own` is the same login's same command as the own tenant. */
export function unprovenReason(attempt: Attempt, own: Attempt | undefined): string | null {
  const { outcome, message, rows, control, context, access, unproven } = attempt;
  if (unproven !== undefined) {
    return unproven;
  }
  if (outcome === 'absent' || wasInterrupted(attempt)) {
    return noRefusal(attempt);
  }
  if (couldNotBeSetUp(attempt)) {
    return `its positive control (${control?.as ?? 'none'}) ended in an error too: ${control?.message ?? message ?? outcome}`;
  }
  if (!hasControl(attempt)) {
    return control?.outcome === 'allowed'
      ? `its positive control (${control.as}) reached no row`
      : `its positive control did not work: ${control?.message ?? 'none'}`;
  }
  if (outcome === 'allowed') {
    return access !== 'INSERT' && rows === 0 ? 'there is no row to hide' : null;
  }
  // An error is a refusal where the context made it: as the own tenant the same command ends otherwise. A row that a
  // constraint stopped had been let through, which is seen whatever its end.
  const ofContext = context !== 'own-tenant' && own?.outcome !== outcome;
  return outcome.startsWith('error:') && !isRefusedCopy(attempt) && !ofContext && !outcome.startsWith('error:23')
    ? noRefusal(attempt)
    : null;
}

function noRefusal({ message, outcome }: Attempt): string {
  return `it failed for a reason that is not a refusal: ${message ?? outcome}`;
}
