import type { Change } from '../common/change.ts';
import type { Finding } from '../findings/finding.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

/** A word with a sign beside it, so that colour is never the only sign. */
export interface Badge {
  tone: Tone;
  mark: string;
  word: string;
}

const marks: Record<Tone, string> = { good: '✓', bad: '✗', warn: '!', quiet: '–' };

/** The word with the mark of its tone. */
export function badge(tone: Tone, word: string): Badge {
  return { tone, mark: marks[tone], word };
}

const changeTones: Record<Change, Tone> = { fixed: 'good', held: 'quiet', broken: 'bad', 'still-red': 'bad' };

/** How a change from baseline to head reads: a held one is unremarkable, a red one is not. */
export function changeBadge(change: Change): Badge {
  return change === 'held' ? { tone: 'quiet', mark: '✓', word: 'held' } : badge(changeTones[change], change);
}

const severityTones: Record<Finding['severity'], Tone> = { high: 'bad', medium: 'warn', low: 'quiet' };

/** How much a finding weighs. */
export function severityBadge(severity: Finding['severity']): Badge {
  return badge(severityTones[severity], severity);
}
