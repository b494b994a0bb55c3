import type { Fact } from '../catalog/fact.ts';
import { readsOf } from '../catalog/owners.ts';
import { everyone } from '../catalog/role-name.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import { listed } from '../common/text.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import { bodyChange } from './bodies.ts';
import type { Change, ChangeClass, Side } from './change.ts';
import type { Reached } from './reached.ts';
import { code, lastName, named } from './words.ts';

interface Sides {
  base: Side;
  head: Side;
  was: Reached;
  is: Reached;
}

/**
 * Functions that run, and views that read, as their owner: what they do, as whom, and by which names. Only those that both sides
 * have.
 */
export function ownersRights(sides: Sides, parser: SqlParser): Change[] {
  return [...functionChanges(sides, parser), ...viewChanges(sides)];
}

function about(facts: readonly Fact[], kind: Fact['kind'], property: string): Map<SqlName, Fact['detail']> {
  return new Map(
    facts
      .filter((fact) => fact.kind === kind && fact.property === property)
      .map(({ object, detail }) => [object, detail]),
  );
}

function functionChanges({ base, head, was, is }: Sides, parser: SqlParser): Change[] {
  const [were, are] = [
    about(base.facts, 'function', 'security-definer'),
    about(head.facts, 'function', 'security-definer'),
  ];
  const names = [...new Set([...were.keys(), ...are.keys()])].filter(
    (name) => was.has('function', name) && is.has('function', name),
  );
  return names.flatMap((name) => {
    const [before, after] = [were.get(name), are.get(name)];
    const owner = is.owners.get(`function\t${name}`)!;
    const who = callers(name, is);
    const say = (to: ChangeClass, words: string, ...clue: string[]): Change => ({
      class: to,
      about: 'disguise',
      lead: `${code(name)}${words}`,
      tail: '',
      clues: [
        {
          verbs: ['alter function', 'create function', 'create or replace function'],
          names: [lastName(name), ...clue],
        },
        { verbs: ['function', 'procedure', 'routine'], names: [lastName(name)] },
      ],
    });
    if (before === undefined) {
      return [say('widens', ` runs now as its owner ${code(owner)} (SECURITY DEFINER) for ${who}`, 'definer')];
    }
    if (after === undefined) {
      return [say('narrows', ` runs now as who calls it, no longer as ${code(owner)}`, 'invoker')];
    }
    return [
      ...ownerOf(name, 'function', { was, is }).map(({ to, words }) => say(to, words, 'owner')),
      ...pathChange(before['search_path'], after['search_path']).map(({ to, words }) =>
        say(to, ` (runs as ${code(owner)} for ${who}) ${words}`),
      ),
      ...(before['config'] === after['config']
        ? []
        : [say('unclear', ` (runs as ${code(owner)} for ${who}) has other settings`, 'set')]),
      ...(before['returns'] === after['returns']
        ? []
        : [say('unclear', ` (runs as ${code(owner)} for ${who}) returns something else`)]),
      ...(before['leakproof'] === after['leakproof']
        ? []
        : [
            say(
              after['leakproof'] === true ? 'widens' : 'narrows',
              after['leakproof'] === true ? ' counts now as LEAKPROOF' : ' no longer counts as LEAKPROOF',
            ),
          ]),
      ...(before['body'] === after['body']
        ? []
        : bodyChange(base, head, name, parser).map(({ to, words }) =>
            say(to, ` (runs as ${code(owner)} for ${who}) ${words}`),
          )),
    ];
  });
}

function callers(name: SqlName, is: Reached): string {
  const owner = is.owners.get(`function\t${name}`);
  const all = is
    .holdersOf({ kind: 'function', object: name, privilege: 'EXECUTE' })
    .filter((role) => role !== owner && !is.superusers.has(role) && !role.startsWith('pg_'));
  return all.includes(everyone) ? 'PUBLIC' : all.length === 0 ? 'nobody but its owner' : named(all);
}

function pathChange(was: unknown, is: unknown): { to: ChangeClass; words: string }[] {
  if (was === is) {
    return [];
  }
  return is === undefined
    ? [
        {
          to: 'widens',
          words: `has no search_path any more (was ${code(String(was))}): its caller says which objects its names mean`,
        },
      ]
    : was === undefined
      ? [{ to: 'narrows', words: `has a search_path of its own now: ${code(String(is))}` }]
      : [{ to: 'unclear', words: `has another search_path: ${code(String(is))}, was ${code(String(was))}` }];
}

/** Compares what the two owners may do at head, to see whether a new owner widens what runs as it. */
function ownerOf(
  object: SqlName,
  kind: 'function' | 'view' | 'materialized-view',
  { was, is }: Pick<Sides, 'was' | 'is'>,
): { to: ChangeClass; words: string }[] {
  const [before, after] = [was, is].map((side) => side.owners.get(`${kind}\t${object}`)) as [RoleName, RoleName];
  if (before === after) {
    return [];
  }
  const can = (role: RoleName) =>
    new Set(
      [...is.accesses]
        .filter(({ identity, object: other, kind: of }) => identity === role && !(of === kind && other === object))
        .map((one) => [one.kind, one.kind === 'role' ? '' : one.object, one.privilege].join('\t')),
    );
  const [old, young] = [can(before), can(after)];
  const within = (some: Set<string>, all: Set<string>, allPowerful: boolean) =>
    allPowerful || [...some].every((one) => all.has(one));
  const grew = within(old, young, is.superusers.has(after));
  const shrank =
    within(young, old, is.superusers.has(before)) && (!is.superusers.has(after) || is.superusers.has(before));
  const to = grew && shrank ? 'moves' : grew ? 'widens' : shrank ? 'narrows' : 'unclear';
  const how = {
    moves: 'which may do the same',
    widens: 'which may do more',
    narrows: 'which may do less',
    unclear: 'which may do other things',
  };
  return [
    {
      to,
      words:
        ` ${kind === 'function' ? 'runs' : 'reads'} now as ${code(after)}, ${how[to]} than ${code(before)} before`.replace(
          'the same than',
          'the same as',
        ),
    },
  ];
}

function viewChanges({ base, head, was, is }: Sides): Change[] {
  return (['view', 'materialized-view'] as const).flatMap((kind) => {
    const [were, are] = [about(base.facts, kind, kind), about(head.facts, kind, kind)];
    return [...are].flatMap(([name, after]) => {
      const before = were.get(name);
      if (before === undefined) {
        return [];
      }
      const owner = is.owners.get(`${kind}\t${name}`)!;
      const readers = is
        .holdersOf({ kind, object: name, privilege: 'SELECT' })
        .filter((role) => role !== owner && !is.superusers.has(role) && !role.startsWith('pg_'));
      const who =
        readers.length === 0 ? 'nobody but its owner' : named(readers.includes(everyone) ? [everyone] : readers);
      const say = (to: ChangeClass, words: string): Change => ({
        class: to,
        about: 'disguise',
        lead: `${kind === 'view' ? 'View' : 'Materialized view'} ${code(name)}${words}`,
        tail: '',
        clues: [
          { verbs: ['alter', 'create'], names: ['view', lastName(name)] },
          { verbs: ['alter', 'create', 'drop'], names: [lastName(name)] },
        ],
      });
      const changes = [];
      const [invoked, invokes] = [before['security_invoker'] === true, after['security_invoker'] === true];
      if (invoked !== invokes) {
        changes.push(
          invokes
            ? say(
                'narrows',
                ` reads now as ${who}, held by their grants and policies, no longer as its owner ${code(owner)}`,
              )
            : say(
                'widens',
                ` reads now as its owner ${code(owner)} for ${who}, past their grants and policies (no security_invoker)`,
              ),
        );
      }
      if (!invokes) {
        changes.push(...ownerOf(name, kind, { was, is }).map(({ to, words }) => say(to, words)));
        if (before['definition'] !== after['definition']) {
          const read = readsOf({ detail: before });
          const more = readsOf({ detail: after }).filter((one) => !read.includes(one));
          changes.push(
            more.length > 0
              ? say('widens', ` shows ${who} now of ${listed(more.map(code))}, too, as its owner ${code(owner)}`)
              : say('unclear', ` shows ${who} something else of the same tables, as its owner ${code(owner)}`),
          );
        }
        if (before['security_barrier'] === true && after['security_barrier'] !== true) {
          changes.push(say('widens', ' is not a security barrier any more: a function may see rows that it hides'));
        }
      }
      if (before['check_option'] !== undefined && after['check_option'] === undefined) {
        changes.push(say('widens', ' checks no longer what is written through it (CHECK OPTION)'));
      }
      return changes;
    });
  });
}
