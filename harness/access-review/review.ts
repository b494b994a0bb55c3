import type { AccessOf } from './rows.ts';

/** The classes of rows, in the order in which the review lists them. Documented in docs/access-review.md. */
export const classes = [
  'revoke due',
  'orphan',
  'unused',
  'needed',
  'supporting',
  'owner',
  'power',
  'everybody',
] as const;
export type RowClass = (typeof classes)[number];

/** A need of the contract, split into single privileges. */
export interface ReviewNeed {
  identity: string;
  object: string;
  privilege: string;
  requiredBy: string;
}

/** A statement or assertion that used a privilege, and its result. */
export interface Used {
  identity: string;
  object: string;
  privilege: string;
  by: 'attempt' | 'suite';
  how: string;
}

/** A row of the truth table, for comparison with the rows of the review. */
export interface TruthFigure {
  identity: string;
  object: string;
  access: string;
  expected: boolean;
  allowed: boolean;
  attempt: string;
  requiredBy: string;
}

/** Where the review comes from; `date` is that of the evidence. */
export interface ReviewOrigin {
  pack: string | null;
  manifest: string | null;
  contract: string | null;
  contractSha256: string | null;
  commit: string | null;
  server: string;
  database: string;
  date: string;
  verdict: string | null;
}

/** Everything that a review is computed from. */
export interface ReviewInput {
  origin: ReviewOrigin;
  identities: readonly { name: string; kind: string }[];
  needs: readonly ReviewNeed[];
  used: readonly Used[];
  truth: readonly TruthFigure[];
  findings: readonly { code: string; object: string; identity: string; access: string }[];
}

/** One identity × object × privilege. */
export interface ReviewRow extends AccessOf {
  class: RowClass;
  why: string;
  requiredBy: string;
  proven: 'attempt' | 'suite' | 'read';
  evidence: string;
  findings: string;
  changed: '' | 'new' | 'path changed' | 'as before';
  decision: string;
}

/** A role that nothing in the contract accounts for. */
export interface Orphan {
  identity: string;
  why: string;
  holds: number;
}
