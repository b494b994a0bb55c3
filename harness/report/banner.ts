import type { Badge } from './badge.ts';

/** The verdict in words. */
export interface Banner {
  status: Badge;
  exit_code: number;
  headline: string;
  sentence: string;
  /** The first reasons, and how many there are besides. */
  reasons: string[];
  more: number;
}
