import { keyIn, type Attempt, type PositiveControl } from './attempt.ts';
import { cameToRow, endingOf, isEmpty, isPastGrants, isPastPolicies, meaningOf } from './outcome.ts';

/**
 * If row-level security denied or hid rows, the control that counts is the same login's same command as its own tenant. If even
 * the superuser could not run it (the row of a tenant that does not exist), the control is the superuser's on the own tenant's
 * row.
 */
export function withOwnTenantControls(attempts: readonly Attempt[]): Attempt[] {
  const own = new Map(attempts.filter(({ context }) => context === 'own-tenant').map((one) => [one.key, one]));
  return attempts.map((one) => {
    // No context re-homes rows successfully, so UPDATE shows that the login may change them.
    const command = one.command === 'UPDATE re-home' ? 'UPDATE' : one.command;
    const sibling = own.get(keyIn({ ...one, command }, 'own-tenant'));
    const isHidden = sibling !== undefined && isHiddenFromControl(one, sibling);
    const isClosed = isHidden || meaningOf(one).closedBy === 'policies';
    if (sibling !== undefined && isPastPolicies(endingOf(sibling)) && isClosed) {
      const { outcome, sqlstate, message, rows, stage } = sibling;
      const control: PositiveControl = { as: `${one.identity}, own-tenant`, outcome, sqlstate, message, rows };
      return {
        ...one,
        ...(isHidden ? { outcome: 'hidden' as const } : {}),
        control: stage === undefined ? control : { ...control, stage },
      };
    }
    const works = (one.control !== null && isPastGrants(endingOf(one.control))) || sibling?.control == null;
    return works ? one : { ...one, control: { ...sibling.control!, as: asOwn(sibling.control!.as) } };
  });
}

/**
 * Whether the own tenant came to rows, although neither the superuser nor this attempt did: a view that shows nothing to a
 * session without a tenant.
 */
function isHiddenFromControl(attempt: Attempt, own: Attempt): boolean {
  const { access, control } = attempt;
  return access !== 'INSERT' && isEmpty(attempt) && control !== null && !cameToRow(control) && own.rows > 0;
}

/** The name of who ran a control, as the own tenant. */
function asOwn(who: string): string {
  return who.endsWith(', own-tenant') ? who : `${who}, own-tenant`;
}
