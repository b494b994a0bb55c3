import type { Change } from '../common/change.ts';
import type { Finding } from '../findings/finding.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

/** Signs that are told apart without colour. */
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

/** The classes by which the style sheet of the report draws colour and mark: the mark is named where it is not that of the tone. */
export function badgeClass({ tone, mark }: Badge): string {
  return mark === marks[tone] ? tone : `${tone} ${markNames[mark]}`;
}

/** How a change from baseline to head reads: a held one is unremarkable, a red one is not. */
export function changeBadge(change: Change): Badge {
  return change === 'held' ? { tone: 'quiet', mark: '✓', word: 'held' } : badge(changeTones[change], change);
}

const severityTones: Record<Finding['severity'], Tone> = { high: 'bad', medium: 'warn', low: 'quiet' };

/** How much a finding weighs. */
export function severityBadge(severity: Finding['severity']): Badge {
  return badge(severityTones[severity], severity);
}
