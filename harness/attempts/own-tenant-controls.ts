import { keyIn, type Attempt, type PositiveControl } from './attempt.ts';
import { endingOf, isPastGrants, isPastPolicies } from './outcome.ts';

/**
 * Where row-level security denied or hid, the control that counts is the same login's same command as the own tenant. Where
 * not even the superuser could (the row of a tenant that does not exist), it is the superuser's with the own tenant's row.
 */
export function withOwnTenantControls(attempts: readonly Attempt[]): Attempt[] {
  const own = new Map(attempts.filter(({ context }) => context === 'own-tenant').map((one) => [one.key, one]));
  return attempts.map((one) => {
    // Rows change hands in no context, so what shows that they could is that the login may change them.
    const command = one.command === 'UPDATE re-home' ? 'UPDATE' : one.command;
    const sibling = own.get(keyIn({ ...one, command }, 'own-tenant'));
    const isHidden = sibling !== undefined && isHiddenFromControl(one, sibling);
    const kind = isHidden ? 'hidden' : endingOf(one).kind;
    if (sibling !== undefined && isPastPolicies(endingOf(sibling)) && (kind === 'denied-by-rls' || kind === 'hidden')) {
      const { outcome, sqlstate, message, rows, stage } = sibling;
      const control: PositiveControl = { as: `${one.identity}, own-tenant`, outcome, sqlstate, message, rows };
      return {
        ...one,
        ...(isHidden ? { outcome: kind } : {}),
        control: stage === undefined ? control : { ...control, stage },
      };
    }
    const works = (one.control !== null && isPastGrants(endingOf(one.control))) || sibling?.control == null;
    return works ? one : { ...one, control: { ...sibling.control!, as: 'superuser, own-tenant' } };
  });
}

/** Whether the own tenant came to rows where neither the superuser nor this attempt did: a view that shows nothing to who says no tenant. */
function isHiddenFromControl({ access, outcome, rows, control }: Attempt, own: Attempt): boolean {
  const isEmpty = (reply: Pick<Attempt, 'outcome' | 'rows'> | null) => reply?.outcome === 'allowed' && reply.rows === 0;
  return access !== 'INSERT' && isEmpty({ outcome, rows }) && isEmpty(control) && own.rows > 0;
}
