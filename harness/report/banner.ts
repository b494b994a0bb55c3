import type { Badge } from './badge.ts';

/** The verdict in words. */
export interface Banner {
  status: Badge;
  exit_code: number;
  headline: string;
  sentence: string;
  /** How far it was proven, in a sentence. */
  level: string;
  /** What was not looked at and is not asked for, in words. */
  not_seen: string[];
  /** The first reasons, and how many there are besides. */
  reasons: string[];
  more: number;
}
