import type { Change } from '../common/change.ts';
import type { Finding } from '../findings/finding.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

/** Signs that differ without colour. */
export type Mark = '✓' | '✗' | '!' | '–' | '→' | '⊘';

/** A word with a sign beside it, so that colour is never the only sign. */
export interface Badge {
  tone: Tone;
  mark: Mark;
  word: string;
}

const marks: Record<Tone, Mark> = { good: '✓', bad: '✗', warn: '!', quiet: '–' };

const markNames: Record<Mark, string> = {
  '✓': 'tick',
  '✗': 'cross',
  '!': 'alert',
  '–': 'dash',
  '→': 'through',
  '⊘': 'stopped',
};

/** The word with the mark of its tone. */
export function badge(tone: Tone, word: string): Badge {
  return { tone, mark: marks[tone], word };
}

const changeTones: Record<Change, Tone> = { fixed: 'good', held: 'quiet', broken: 'bad', 'still-red': 'bad' };

/** The classes that give colour and mark in the report's style sheet. The mark has a class if it is not its tone's. */
export function badgeClass({ tone, mark }: Badge): string {
  return mark === marks[tone] ? tone : `${tone} ${markNames[mark]}`;
}

/** How a change from baseline to head is shown. A held one is unremarkable, a red one is not. */
export function changeBadge(change: Change): Badge {
  return change === 'held' ? { tone: 'quiet', mark: '✓', word: 'held' } : badge(changeTones[change], change);
}

const severityTones: Record<Finding['severity'], Tone> = { high: 'bad', medium: 'warn', low: 'quiet' };

/** The badge of a finding's severity. */
export function severityBadge(severity: Finding['severity']): Badge {
  return badge(severityTones[severity], severity);
}
