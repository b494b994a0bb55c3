import { counted, grouped, listed } from '../common/text.ts';
import { byCodeUnit } from '../common/order.ts';
import { changeClasses, type Change, type ChangeClass, type Place } from './change.ts';
import { inOrder } from './judge.ts';
import { code, thingWords } from './words.ts';

/** A line of the answer: one change, or several that differ only in their object. */
export interface AnswerLine {
  class: ChangeClass;
  about: Change['about'];
  sentence: string;
  /** The place of the first change. */
  place: Place | null;
  /** How many objects it is about. */
  objects: number;
}

/** What the answer is about. */
export interface Asked {
  base: string;
  head: string;
  /** Whether base has no contract. */
  isNew: boolean;
  /** The command that shows what is left out. */
  all: string;
}

/** The lines of the answer, the gravest first. */
export function answerLines(changes: readonly Change[]): AnswerLine[] {
  const alike = grouped(changes, (change) => {
    const { class: to, about, lead, object, tail, place } = change;
    return object === undefined
      ? JSON.stringify([lead, tail])
      : JSON.stringify([to, about, lead, object.kind, object.within, tail, place?.file ?? '', place?.gone === true]);
  }).map(({ items }) => items);
  const first = new Map(alike.map((items) => [items[0]!, items]));
  return inOrder([...first.keys()]).map((change) => lineOf(first.get(change)!));
}

function lineOf(changes: readonly Change[]): AnswerLine {
  const [change] = changes as [Change];
  const { class: to, about, lead, object, single = '', tail } = change;
  const all = [
    ...new Set(changes.map((one) => thingWords(one.object ?? { kind: 'table', name: '', noun: '', within: '' }))),
  ].toSorted(byCodeUnit);
  const what =
    object === undefined
      ? ''
      : all.length === 1
        ? ` ${thingWords(object)}${single}`
        : all.length <= 3
          ? ` ${listed(all)}`
          : ` ${counted(all.length, object.noun, plural(object.noun))}${object.within}`;
  const places = changes.flatMap(({ place }) => place ?? []);
  return {
    class: to,
    about,
    sentence: `${lead}${what}${tail}${placeWords(places)}.`,
    place: places[0] ?? null,
    objects: object === undefined ? 1 : all.length,
  };
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

function placeWords(places: readonly Place[]): string {
  const [place] = places;
  if (place === undefined) {
    return '';
  }
  const lines = [...new Set(places.map(({ line }) => line))].toSorted((a, b) => a - b);
  const where = `${place.file}:${lines[0]!}${lines.length > 1 ? ` and ${counted(lines.length - 1, 'more line')}` : ''}`;
  if (place.statement === '') {
    return `: ${where}${place.gone === true ? ' of base' : ''}`;
  }
  return place.gone === true
    ? `: ${place.statement} that stood in ${where} is gone`
    : `: ${place.statement} in ${where}`;
}

/** How many lines of Markdown the answer has at most. */
export const mostLines = 20;

const signs: Record<ChangeClass, string> = { widens: '⬆', unclear: '❓', narrows: '⬇', moves: '↔' };

/** The answer in Markdown, in at most twenty lines: the gravest changes, and the number of the others. */
export function markdown(lines: readonly AnswerLine[], { base, head, isNew, all }: Asked): string {
  const between = `between ${code(base)} and ${head === 'the work tree' ? head : code(head)}`;
  if (lines.length === 0) {
    return `### Who can do what: nothing changed\n\nEverybody can do the same as before, by the same ways, ${between}.\n`;
  }
  const opening = isNew
    ? `There is no contract at ${code(base)}: all that goes beyond an empty database is new.`
    : `What changed ${between}, the gravest first.`;
  const head4 = [`### Who can do what: ${counts(lines)}`, '', opening, ''];
  const room = mostLines - head4.length;
  const shown = lines.length <= room ? lines : lines.slice(0, room - 2);
  const rest = lines.slice(shown.length);
  const tail =
    rest.length === 0
      ? []
      : ['', `And ${counted(rest.length, 'more line')}: ${counts(rest)}. All of them: ${code(all)}`];
  const bullets = shown.map(({ class: to, sentence }) => `- ${signs[to]} **${to}** ${sentence}`);
  return `${[...head4, ...bullets, ...tail].join('\n')}\n`;
}

/** `3 widen, 1 narrows`. */
function counts(lines: readonly AnswerLine[]): string {
  const words: Record<ChangeClass, readonly [one: string, more: string]> = {
    widens: ['widens', 'widen'],
    unclear: ['is unclear', 'are unclear'],
    narrows: ['narrows', 'narrow'],
    moves: ['moves', 'move'],
  };
  return changeClasses
    .flatMap((to) => {
      const n = lines.filter((line) => line.class === to).length;
      return n === 0 ? [] : [`${n} ${words[to][n === 1 ? 0 : 1]}`];
    })
    .join(', ');
}
