import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact } from '../catalog/fact.ts';
import { nameParts, schemaOf } from '../catalog/identifiers.ts';
import { plainName, type SqlName } from '../common/sql.ts';
import { listed } from '../common/text.ts';
import type { SqlParser, SqlToken } from '../postgres/parsed-sql.ts';
import type { ChangeClass, Side } from './change.ts';
import { code } from './words.ts';

/** Which way the body of a function changed, as far as its words show; undefined if only comments and spaces differ. */
export function bodyChange(
  base: Side,
  head: Side,
  name: SqlName,
  parser: SqlParser,
): { to: ChangeClass; words: string }[] {
  const [before, after] = [base.bodies.get(name), head.bodies.get(name)].map((text) =>
    text === undefined ? undefined : wordsOf(text, parser),
  );
  if (before === undefined || after === undefined) {
    return [{ to: 'unclear', words: 'has another body' }];
  }
  if (before.join(' ') === after.join(' ')) {
    return [];
  }
  const known = new Set(usesOf(before, head.facts));
  const more = usesOf(after, head.facts).filter((use) => !known.has(use));
  const texts = !before.includes('execute') && after.includes('execute');
  return more.length > 0
    ? [{ to: 'widens', words: `has another body, which now also ${listed(more)}` }]
    : [
        {
          to: 'unclear',
          words: texts ? 'has another body, which now runs text (EXECUTE)' : 'has another body, of the same tables',
        },
      ];
}

function wordsOf(text: string, parser: SqlParser): string[] | undefined {
  const tokens = parser.tokens(text);
  return 'fault' in tokens ? undefined : tokens.read.filter(({ kind }) => kind !== 'comment').map(wordOf);
}

function wordOf({ word, kind }: SqlToken): string {
  return kind === 'string' || word.startsWith('"') ? word : word.toLowerCase();
}

const verbs: readonly (readonly [before: string, verb: string])[] = [
  ['insert into', 'INSERTs into'],
  ['merge into', 'MERGEs into'],
  ['delete from', 'DELETEs from'],
  ['update', 'UPDATEs'],
  ['truncate', 'TRUNCATEs'],
  ['from', 'reads'],
  ['join', 'reads'],
  ['using', 'reads'],
];

/** What the body does to which table, according to its words. */
function usesOf(words: readonly string[], facts: readonly Fact[]): string[] {
  const tables = new Map(
    facts
      .filter(({ kind, property }) => tableKinds.has(kind) && property === 'owner')
      .flatMap(({ object }) => {
        const table = plainName(nameParts(object)[1]!);
        return [
          [table, object],
          [`${plainName(schemaOf(object))}.${table}`, object],
        ] as const;
      }),
  );
  const uses = words.flatMap((word, index) => {
    const table =
      words[index + 1] === '.'
        ? tables.get(`${plainName(word)}.${plainName(words[index + 2] ?? '')}`)
        : words[index - 1] === '.'
          ? undefined
          : tables.get(plainName(word));
    const before = words
      .slice(Math.max(0, index - 3), index)
      .filter((one) => one !== 'only' && one !== ',')
      .join(' ');
    const verb = table === undefined ? undefined : verbs.find(([ends]) => before.endsWith(ends))?.[1];
    return verb === undefined ? [] : [`${verb} ${code(table!)}`];
  });
  return [...new Set(uses)];
}
