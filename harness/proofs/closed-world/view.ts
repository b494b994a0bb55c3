import { byCodeUnit } from '../../common/order.ts';
import { isLookedAt, notLookedAt, type StoredPhases } from '../phase-evidence.ts';
import type { RoleRow } from './roles.ts';

/** One contracted identity as the servers of both phases have it. */
export interface RoleView {
  name: string;
  kind: string;
  baseline: string;
  head: string;
  changed: boolean;
}

/** The contracted identities, baseline beside head. If no baseline was looked at, none counts as changed. */
export function roleViews({ baseline, head }: StoredPhases['phases']): RoleView[] {
  const names = [...new Set([...baseline.roles, ...head.roles].map((role) => role.name))].sort(byCodeUnit);
  return names.map((name) => {
    const [before, after] = [baseline, head].map((phase) => phase.roles.find((role) => role.name === name));
    const is = describe(after);
    const was = isLookedAt(baseline) ? describe(before) : notLookedAt.revision;
    return {
      name,
      kind: (after ?? before)!.kind,
      baseline: was,
      head: is,
      changed: isLookedAt(baseline) && was !== is,
    };
  });
}

function describe(role: RoleRow | undefined): string {
  if (!role?.exists) {
    return 'absent';
  }
  const attributes = role.attributes.length > 0 ? role.attributes.join(' ') : 'no attributes';
  return role.member_of.length > 0 ? `${attributes}; member of ${role.member_of.join(', ')}` : attributes;
}
