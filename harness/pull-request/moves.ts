import type { Access, Path } from '../catalog/access/effective-access.ts';
import { everyone } from '../catalog/role-name.ts';
import { grouped } from '../common/text.ts';
import type { Change } from './change.ts';
import { grantClues } from './clues.ts';
import type { Reached } from './reached.ts';
import { code, doing, inGrantOrder, roleWords, thing } from './words.ts';

/** Who can do what they could before, by another path. */
export function moves(base: Reached, head: Reached, extensions: ReadonlyMap<string, string>): Change[] {
  const moved: { access: Access; was: string; is: string; holder: string }[] = [];
  for (const access of head.accesses) {
    const { identity, kind, object } = access;
    const before = base.of(identity, access);
    const key = `${kind}\t${object}`;
    const isToldOtherwise =
      head.superusers.has(identity) ||
      kind === 'role' ||
      before === undefined ||
      before.kind !== kind ||
      base.owners.get(key) !== head.owners.get(key);
    if (isToldOtherwise) {
      continue;
    }
    const [was, is] = [waysOf(before), waysOf(access)];
    const gone = was.filter((way) => !is.includes(way));
    const more = is.filter((way) => !was.includes(way));
    if (gone.length > 0) {
      moved.push({ access, was: gone[0]!, is: more[0] ?? is[0]!, holder: access.paths[0]!.chain.at(-1)! });
    }
  }
  const alike = grouped(moved, ({ access: { identity, kind, object }, was, is }) =>
    [identity, kind, object, was, is].join('\t'),
  );
  return alike.map(({ items }) => {
    const { access, was, is, holder } = items[0]!;
    const { identity, kind, object } = access;
    const privileges = inGrantOrder(items.map((one) => one.access.privilege));
    return {
      class: 'moves',
      about: privileges.includes('SELECT') && privileges.length === 1 ? 'read' : 'write',
      lead: `${roleWords(identity)} can still ${doing(kind, privileges)}`,
      object: thing(kind, object, extensions),
      tail: `, now ${is}, before ${was}`,
      clues: [
        ...grantClues('grant', { kind, object, role: holder, privileges }),
        ...grantClues('revoke', { kind, object, role: identity, privileges }),
      ],
    };
  });
}

/** The paths of an access in words. Those of everybody are reported for PUBLIC. */
function waysOf({ identity, paths }: Access): string[] {
  return [...new Set(paths.filter(({ chain }) => identity === everyone || chain.at(-1) !== everyone).map(way))];
}

function way({ chain, via, assumed }: Path): string {
  if (chain.length === 1) {
    return via === 'owner' ? 'as its owner' : 'by a grant of its own';
  }
  return `${assumed === 'set-role' ? 'by SET ROLE' : 'through'} ${code(chain.at(-1)!)}`;
}
