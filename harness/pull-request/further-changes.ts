import type { Fact } from '../catalog/fact.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import { lastName } from './words.ts';
import type { Change, ChangeClass, Side } from './change.ts';
import type { Reached } from './reached.ts';
import { code, roleWords } from './words.ts';

type Say = { to: ChangeClass; about: Change['about']; lead: string; clue: string[] } | undefined;

/** What else decides who reaches what: triggers and rules, publications, partitions, settings, grant options, user mappings. */
export function furtherChanges(base: Side, head: Side, was: Reached, is: Reached): Change[] {
  const { added, removed } = diffFacts(base.facts, head.facts);
  const key = ({ kind, object, role, property }: Fact) => [kind, object, role, property].join('\t');
  const gone = new Map(removed.map((fact) => [key(fact), fact]));
  const come = new Set(added.map(key));
  const changes = [
    ...added.map((fact) => ofFact(fact, gone.has(key(fact)) ? 'changed' : 'new', gone.get(key(fact)), is, was)),
    ...removed.filter((fact) => !come.has(key(fact))).map((fact) => ofFact(fact, 'gone', undefined, was, is)),
  ];
  return changes.flatMap((one): Change[] =>
    one === undefined
      ? []
      : [
          {
            class: one.to,
            about: one.about,
            lead: one.lead,
            tail: '',
            clues: [{ verbs: ['create', 'alter', 'grant', 'drop', 'revoke'], names: one.clue }],
          },
        ],
  );
}

function ofFact(
  fact: Fact,
  how: 'new' | 'changed' | 'gone',
  before: Fact | undefined,
  there: Reached,
  other: Reached,
): Say {
  const { kind, object, role, property, detail } = fact;
  const [isGone, isThere] = [how === 'gone', other.has(kind, object)];
  const change = { new: 'is new', changed: 'is another one', gone: 'is gone' }[how];
  switch (kind) {
    case 'trigger': {
      // A trigger that runs as the writing role can do no more than that role.
      const name = property.replace(/^trigger /, '');
      const table = there.owners.has(`table\t${object}`) && isThere;
      return detail['security'] === 'invoker' || isGone || !table || property.startsWith('internal')
        ? undefined
        : {
            to: 'unclear',
            about: 'disguise',
            lead: `Trigger ${code(name)} on ${code(object)} ${change}: whoever writes there runs ${code(String(detail['function']))} as its owner`,
            clue: [name, lastName(object)],
          };
    }
    case 'rule':
      return {
        to: 'unclear',
        about: 'disguise',
        lead: `Rule ${code(property.replace(/^rule /, ''))} on ${code(object)} ${change}: what it adds is done as the owner of ${code(object)}`,
        clue: [lastName(object)],
      };
    case 'event-trigger':
      return property === 'owner'
        ? undefined
        : {
            to: 'unclear',
            about: 'disguise',
            lead: `Event trigger ${code(object)} ${change}`,
            clue: [lastName(object)],
          };
    case 'publication': {
      const what = property.startsWith('publishes ') ? ` ${property.replace(/^publishes (of )?/, 'of ')}` : '';
      return property === 'owner'
        ? undefined
        : {
            to: isGone ? 'narrows' : how === 'new' ? 'widens' : 'unclear',
            about: 'read',
            lead: `Publication ${code(`${object}${what}`)} ${change}: its rows pass no grant and no policy`,
            clue: [lastName(object)],
          };
    }
    case 'inheritance': {
      const parent = property.replace(/^child of /, '');
      // A new partition adds no rows that existed before.
      return isThere
        ? {
            to: isGone ? 'narrows' : 'widens',
            about: 'read',
            lead: `Rows of ${code(object)} can ${isGone ? 'no longer' : 'now'} be reached through ${code(parent)}, by its grants and policies`,
            clue: [lastName(object)],
          }
        : undefined;
    }
    case 'setting': {
      const decides =
        property === 'search_path' || property === 'role' || property === 'row_security' || property.includes('.');
      return decides
        ? {
            to: 'unclear',
            about: 'further',
            lead: `${role === '' ? 'Every session' : `${code(role)}`} ${isGone ? 'no longer begins' : 'now begins'} with ${code(property)}${isGone || String(detail['value']).startsWith('sha256:') ? '' : ` = ${code(String(detail['value']))}`}`,
            clue: [property],
          }
        : undefined;
    }
    case 'user-mapping':
      return {
        to: isGone ? 'narrows' : how === 'new' ? 'widens' : 'unclear',
        about: 'further',
        lead: `The mapping of ${roleWords(role)} to the server ${code(object)} ${change}: it may act there as another`,
        clue: [lastName(object)],
      };
    default:
      return option(fact, before, how, there, other);
  }
}

/** A privilege that a role had and may now grant to others, or no longer may. */
function option(
  { kind, object, role, property, detail }: Fact,
  before: Fact | undefined,
  how: string,
  there: Reached,
  other: Reached,
): Say {
  const isGrant = typeof detail['grantable'] === 'boolean' && kind !== 'default-privileges';
  const key = `${kind}\t${object}`;
  if (!isGrant || there.owners.get(key) === role || other.owners.get(key) === role) {
    return undefined;
  }
  const was = before?.detail['grantable'] === true;
  const isNow = detail['grantable'] === true;
  const words = `${property} on ${code(object)}`;
  if (how !== 'gone' && isNow && !was) {
    return {
      to: 'widens',
      about: 'further',
      lead: `${roleWords(role)} can now give ${words} to others (grant option)`,
      clue: [lastName(object), 'option'],
    };
  }
  return how === 'changed' && was && !isNow
    ? {
        to: 'narrows',
        about: 'further',
        lead: `${roleWords(role)} can no longer give ${words} to others`,
        clue: [lastName(object), 'option'],
      }
    : undefined;
}
