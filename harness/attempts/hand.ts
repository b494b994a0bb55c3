import type { RoleName } from '../common/sql.ts';

/** How a role comes to be used: the session is it, may take it, may give it to itself first, or it is a login of its own. */
export const ways = ['session', 'set', 'grant', 'login'] as const;
export type Way = (typeof ways)[number];

/** What is known of a role that may be used on a relation or a function. */
export interface Holder {
  role: RoleName;
  way: Way;
  isSuperuser: boolean;
  bypassesRowSecurity: boolean;
  isOwner: boolean;
  /** Privileges that it has and can use, USAGE on the schema included. */
  privileges: readonly string[];
  /** Whether row security holds it to policies. */
  isHeld: boolean;
  /** Commands for which a policy lets it come to some row. */
  permitted: readonly string[];
}

/** Who runs a control, or says which rows a table holds. */
export interface Hand {
  /** As the evidence names it. */
  as: string;
  role: RoleName;
  way: Way;
  /** Whether it has to be a tenant, whose rows alone it then sees. */
  isTenant: boolean;
}

/**
 * The hand that says most of those who may: a superuser; who is held by no policy, passing over them or as the owner; the owner or
 * another as a tenant; a login as a tenant. Of those who say the same the one that is had with the least. For `reads` it must come to
 * rows; else who has not all that is `needed`, or reads nothing, comes after the others, and whom no policy lets come to a row is the
 * last choice. Undefined where nobody has the privilege that is named first.
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
  // Most writes are tried on rows that are looked for.
  const all = needed[0] === 'EXECUTE' ? needed : [...needed, 'SELECT'];
  if (!all.every((one) => privileges.includes(one) && (!isHeld || permitted.includes(one)))) {
    return lastRank - 1;
  }
  // What a login says of its own rows is the weakest of witnesses.
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
