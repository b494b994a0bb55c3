import { privileges } from '../contract/contract.ts';

/** The rows of the truth table that an assertion is a witness of: one identity, one object, and each of the privileges. */
export interface WitnessClaim {
  identity: string;
  privileges: string[];
  object: string;
}

const privilege = [...new Set(Object.values(privileges).flat())].join('|');
const claim = new RegExp(String.raw`^(.+?)\s+((?:${privilege})(?:/(?:${privilege}))*)\s+(\S.*)$`);

/** Reads `app_user SELECT public.tenants` or `app_user INSERT/SELECT public.notes`; undefined for another text. */
export function parseClaim(text: string): WitnessClaim | undefined {
  const [, identity, joined, object] = claim.exec(text.trim()) ?? [];
  return identity === undefined ? undefined : { identity, privileges: joined!.split('/'), object: object! };
}

/** The claim in a diagnostic `# witness: app_user SELECT public.tenants`, which is about the assertion above it. */
export function claimOfComment(comment: string): WitnessClaim | undefined {
  const [, text] = /^#\s*witness:\s*(.+)$/.exec(comment.trimEnd()) ?? [];
  return text === undefined ? undefined : parseClaim(text);
}
