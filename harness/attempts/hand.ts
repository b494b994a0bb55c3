import type { RoleName } from '../common/sql.ts';

/** How a role can be used: the session is it, may take it, may grant it to itself first, or it is a login of its own. */
export const ways = ['session', 'set', 'grant', 'login'] as const;
export type Way = (typeof ways)[number];

/** What is known of a role that may be used on a relation or a function. */
export interface Holder {
  role: RoleName;
  way: Way;
  isSuperuser: boolean;
  bypassesRowSecurity: boolean;
  isOwner: boolean;
  /** Privileges that it can use, including USAGE on the schema. */
  privileges: readonly string[];
  /** Whether policies restrict it. */
  isHeld: boolean;
  /** Commands for which a policy lets it reach some row. */
  permitted: readonly string[];
}

/** Who runs a control, or says which rows a table holds. */
export interface Hand {
  /** The name in the evidence. */
  as: string;
  role: RoleName;
  way: Way;
  /** Whether it must be a tenant. It then sees only that tenant's rows. */
  isTenant: boolean;
}

/**
 * The hand that knows most, in this order: a superuser; a role that no policy restricts, by BYPASSRLS or as the owner; the owner
 * or another role as a tenant; a login as a tenant. Among equals it is the one that is easiest to use. For `reads` it must reach
 * rows; otherwise a role that lacks something `needed`, or reads nothing, comes after the others, and a role that no policy lets
 * reach a row comes last. Undefined if nobody has the privilege that is named first.
 */
export function chooseHand(
  holders: readonly Holder[],
  needed: readonly [string, ...string[]],
  { reads = false }: { reads?: boolean } = {},
): Hand | undefined {
  const able = holders
    .filter((one) => one.isSuperuser || one.privileges.includes(needed[0]))
    .map((one) => ({ one, rank: rankOf(one, needed) }))
    .filter(({ rank }) => !reads || rank < lastRank)
    .toSorted((a, b) => a.rank - b.rank || orderOf(a.one, b.one));
  return able[0] === undefined ? undefined : handOf(able[0].one);
}

const lastRank = 7;

function rankOf({ isSuperuser, isHeld, way, permitted, privileges }: Holder, needed: readonly [string, ...string[]]) {
  if (isSuperuser) {
    return 1;
  }
  if (isHeld && !permitted.includes(needed[0])) {
    return lastRank;
  }
  // Most writes are tried on rows that a condition looks for, so they need SELECT too.
  const all = needed[0] === 'EXECUTE' ? needed : [...needed, 'SELECT'];
  if (!all.every((one) => privileges.includes(one) && (!isHeld || permitted.includes(one)))) {
    return lastRank - 1;
  }
  // A login's word on its own rows is the weakest evidence.
  return (isHeld ? 3 : 2) + (way === 'login' ? 2 : 0);
}

function orderOf(a: Holder, b: Holder): number {
  return (
    ways.indexOf(a.way) - ways.indexOf(b.way) || Number(b.isOwner) - Number(a.isOwner) || (a.role < b.role ? -1 : 1)
  );
}

function handOf({ role, way, isSuperuser, bypassesRowSecurity, isOwner, isHeld }: Holder): Hand {
  const as = isSuperuser ? 'superuser' : bypassesRowSecurity ? `${role} (BYPASSRLS)` : isOwner ? `owner ${role}` : role;
  return { as, role, way, isTenant: isHeld && !isSuperuser };
}
