import type { FactKind } from '../catalog/fact.ts';
import type { RoleName, SqlName } from '../common/sql.ts';
import type { Change, Side } from './change.ts';
import type { Reached } from './reached.ts';
import { lastName, roleWords, thing } from './words.ts';

/** Objects with another owner, new objects of a role that is not a migrator, and objects that are gone. */
export function ownerChanges(
  { base, head, extensions }: { base: Reached; head: Reached; extensions: ReadonlyMap<string, string> },
  sides: { base: Side; head: Side },
): Change[] {
  const changes: Change[] = [];
  for (const [key, owner] of head.owners) {
    const [kind, object] = key.split('\t') as [FactKind, SqlName];
    const before = base.owners.get(key);
    const noun = thing(kind, object, extensions);
    const names = kind === 'database' ? [] : [lastName(object)];
    if (before === undefined) {
      if (isRemarkable(kind, owner, head, sides.head)) {
        changes.push({
          class: 'widens',
          about: 'owner',
          lead: `${roleWords(owner)} owns the new`,
          object: noun,
          tail: '',
          clues: [
            { verbs: ['alter'], names: [...names, 'owner', owner] },
            { verbs: ['create'], names },
          ],
        });
      }
    } else if (before !== owner) {
      const could = base.superusers.has(owner) || base.of(owner, { kind, object, privilege: 'OWNER' }) !== undefined;
      const still = head.superusers.has(before) || head.of(before, { kind, object, privilege: 'OWNER' }) !== undefined;
      changes.push({
        class: could ? (still ? 'moves' : 'narrows') : 'widens',
        about: 'owner',
        lead: `${roleWords(owner)} now owns`,
        object: noun,
        tail: ` and may do anything with it, which ${roleWords(before)} ${still ? 'still may' : 'may no longer'}`,
        clues: [
          { verbs: ['alter'], names: [...names, 'owner', owner] },
          { verbs: ['reassign'], names: [owner] },
          { verbs: ['create'], names },
        ],
      });
    }
  }
  return [...changes, ...gone(base, head, extensions)];
}

const seen: ReadonlySet<FactKind> = new Set<FactKind>([
  'table',
  'view',
  'materialized-view',
  'sequence',
  'function',
  'schema',
]);

/** A migrator owns what it makes, and a definer its functions. That is not reported. */
function isRemarkable(kind: FactKind, owner: RoleName, head: Reached, { contract }: Side): boolean {
  const identity = contract?.identities[owner]?.kind;
  return (
    seen.has(kind) &&
    !head.superusers.has(owner) &&
    identity !== 'migrator' &&
    identity !== 'platform' &&
    !(identity === 'definer' && kind === 'function') &&
    owner !== 'pg_database_owner'
  );
}

function gone(base: Reached, head: Reached, extensions: ReadonlyMap<string, string>): Change[] {
  return [...base.owners.keys()].flatMap((key) => {
    const [kind, object] = key.split('\t') as [FactKind, SqlName];
    const schema = key.replace(/^\w[\w-]*\t/, '').split('.')[0]!;
    const isPart = kind !== 'schema' && base.owners.has(`schema\t${schema}`) && !head.owners.has(`schema\t${schema}`);
    if (!seen.has(kind) || head.owners.has(key) || isPart) {
      return [];
    }
    const one = thing(kind, object, extensions);
    return [
      {
        class: 'narrows' as const,
        about: 'further' as const,
        lead: 'Nobody can use any more',
        object: one,
        single: `: the ${one.noun} is gone`,
        tail: '',
        clues: [{ verbs: ['drop'], names: [lastName(object)] }],
      },
    ];
  });
}
