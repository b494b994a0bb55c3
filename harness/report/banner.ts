import type { Badge } from './badge.ts';

/** The verdict in words. */
export interface Banner {
  status: Badge;
  exit_code: number;
  headline: string;
  sentence: string;
  /** The level of proof, in a sentence. */
  level: string;
  /** What was not looked at and is not required, in words. */
  not_seen: string[];
  /** The first reasons, and the number of the others. */
  reasons: string[];
  more: number;
}
