import { fillText } from '../contract/placeholders.ts';
import type { Brought } from './platform.ts';
import type { DraftTenancy } from './tenancy.ts';
import type { TenantValues } from './tenant-values.ts';

/**
 * The settings by which a session becomes a tenant, as the draft or its platform says. If several sessions make one, the first
 * counts.
 */
export function tenantSettings(
  { tenancy, sessions }: Pick<DraftTenancy, 'tenancy' | 'sessions'>,
  who: 'own' | 'other',
  brought?: Pick<Brought, 'contract'>,
): Record<string, string> {
  const values = tenancy?.[who];
  if (values === undefined) {
    return {};
  }
  if (typeof values === 'string') {
    return tenancy?.setting === undefined ? {} : { [tenancy.setting]: values };
  }
  const theirs = Object.values(
    (brought?.contract['sessions'] ?? {}) as Record<string, { set?: Record<string, string> }>,
  );
  // A session that names no value of the tenant belongs to nobody, or to everybody.
  const made = [...Object.values(sessions), ...theirs].filter(({ set = {} }) => namesOne(set, values)).toReversed();
  const set = Object.assign({}, ...made.map((session) => session.set)) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(set).map(([name, text]) => [name, fillText(text, (one) => values[one] ?? '')]),
  );
}

function namesOne(set: Readonly<Record<string, string>>, values: TenantValues): boolean {
  return Object.values(set).some((text) => Object.keys(values).some((name) => text.includes(`{${name}}`)));
}
