import type { PlatformName } from '../contract/platforms/platform.ts';
import type { Draft } from './draft.ts';

/** The platform that a folder of migrations is written for, by the tool that keeps it there; undefined where it tells none. */
export function platformOf(migrations: string): PlatformName | undefined {
  return /(?:^|[\\/])supabase[\\/]migrations[\\/]?$/.test(migrations) ? 'supabase' : undefined;
}

/** How a platform calls the person that its sessions are for. */
export const personOf: Readonly<Partial<Record<PlatformName, string>>> = { supabase: 'user' };

/** A draft without what the platform brings: of each object only what differs is left, for the contract is laid over it. */
export function withoutPlatform(draft: Draft, brought: Readonly<Record<string, unknown>>): Draft {
  const left: Record<string, unknown> = { ...draft };
  for (const [section, theirs] of Object.entries(brought)) {
    if (section !== 'tenancy' && section in left) {
      left[section] = difference(left[section], theirs) ?? (Array.isArray(left[section]) ? [] : {});
    }
  }
  return left as unknown as Draft;
}

/** What of a value the other one does not say; undefined where nothing is left. */
function difference(mine: unknown, theirs: unknown): unknown {
  if (JSON.stringify(mine) === JSON.stringify(theirs)) {
    return undefined;
  }
  if (!isRecord(mine) || !isRecord(theirs)) {
    return mine;
  }
  const left = Object.entries(mine).flatMap(([key, value]) => {
    const kept = key in theirs ? difference(value, theirs[key]) : value;
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
