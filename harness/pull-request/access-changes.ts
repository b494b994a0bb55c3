import type { Access } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import { everyone } from '../catalog/role-name.ts';
import type { RoleName } from '../common/sql.ts';
import { grouped, listed } from '../common/text.ts';
import type { About, Change } from './change.ts';
import { grantClues } from './clues.ts';
import { onlyIn, type Difference, type Reached } from './reached.ts';
import { code, doing, inGrantOrder, named, roleWords, thing, thingWords } from './words.ts';

/** A remark about an object of head or of base, besides its name. */
export type Remark = (side: Reached, access: Pick<Access, 'kind' | 'object' | 'privilege'>) => string;

interface Compared {
  base: Reached;
  head: Reached;
  extensions: ReadonlyMap<string, string>;
  remark: Remark;
}

const columnwise = new Set(['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']);
const writes = new Set(['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']);

/** Who can do now what they could not, and who no longer can what they could: by grants, memberships, ownership and schemas. */
export function accessChanges(compared: Compared): Change[] {
  const { base, head } = compared;
  const gained = onlyIn(head, base).filter(({ access }) => !isOwners(access, head, base));
  const lost = onlyIn(base, head).filter(({ access }) => !isOwners(access, base, head));
  return [...lines(gained, 'widens', compared), ...lines(lost, 'narrows', compared)];
}

/** The change of owner already covers what the new owner gains and the old one loses. */
function isOwners({ kind, object, privilege, paths }: Access, there: Reached, here: Reached): boolean {
  const key = `${kind}\t${object}`;
  return privilege === 'OWNER' || (paths[0]!.via === 'owner' && there.owners.get(key) !== here.owners.get(key));
}

function lines(differences: readonly Difference[], direction: 'widens' | 'narrows', compared: Compared): Change[] {
  const { base, head } = compared;
  const [there, here] = direction === 'widens' ? [head, base] : [base, head];
  const byMembership = differences.filter(({ cause }) => cause.by === 'membership');
  const rest = differences.filter(({ cause, access }) => cause.by !== 'membership' && access.kind !== 'role');
  return [
    ...grants(rest, { direction, there, here, compared }),
    ...joins(byMembership, { direction, there, here, compared }),
  ];
}

interface Way {
  direction: 'widens' | 'narrows';
  there: Reached;
  here: Reached;
  compared: Compared;
}

function grants(differences: readonly Difference[], way: Way): Change[] {
  const { direction, there, here, compared } = way;
  const subjectOf = ({ cause, access }: Difference) => (cause.by === 'grant' ? cause.holder : access.identity);
  // One line for each holder and object. Privileges that the same others have through it share a line.
  const each = grouped(differences, (one) =>
    [subjectOf(one), one.access.kind, one.access.object, one.access.privilege].join('\t'),
  ).flatMap(({ items }) => {
    const [{ access, cause }] = items as [Difference];
    const holder = subjectOf(items[0]!);
    const through = items.filter((one) => one.access.identity !== holder);
    const members = [...there.roles].filter(
      (role) => role !== holder && there.of(role, access)?.paths.some(({ chain }) => chain.includes(holder)),
    );
    // A group gives nobody anything if nobody can log in as it, and all its members could or still can.
    if (holder !== everyone && !there.logins.has(holder) && through.length === 0 && members.length > 0) {
      return [];
    }
    return [
      {
        holder,
        access,
        cause,
        ...subject(
          holder,
          items.map((one) => one.access.identity),
          through,
        ),
      },
    ];
  });
  const same = grouped(each, ({ holder, access, who, cause }) =>
    [holder, access.kind, access.object, who, cause.by].join('\t'),
  );
  return same.flatMap(({ items }) => {
    const [{ holder, access, who, source, cause }] = items as [(typeof each)[number]];
    const { kind, object } = access;
    const order = inGrantOrder(items.map((one) => one.access.privilege));
    const isNew = !here.has(kind, object);
    const can = direction === 'widens' ? 'can now' : 'can no longer';
    const privileges = kind === 'function' ? ['EXECUTE'] : order;
    if (direction === 'narrows' && isNew) {
      // The object is gone, which is a line of its own.
      return [];
    }
    const columns = tableKinds.has(kind) && order.some((one) => columnwise.has(one)) && !isNew ? ' (all columns)' : '';
    const kept = direction === 'narrows' ? keptBy(holder, access, way) : '';
    return [
      {
        class: direction,
        about: aboutOf(holder, order, kind, compared.remark(there, access)),
        lead: `${who} ${can} ${doing(kind, privileges)}`,
        object: thing(kind, object, compared.extensions),
        single: direction === 'widens' ? columns : kept,
        tail: `${isNew ? ' (new)' : ''}${compared.remark(there, access)}${source}${cause.by === 'schema' ? `, for it can ${direction === 'widens' ? 'now' : 'no longer'} use the schema` : ''}`,
        clues: grantClues(direction === 'widens' ? 'grant' : 'revoke', {
          kind,
          object,
          role: holder,
          privileges: order,
        }),
      } satisfies Change,
    ];
  });
}

/** Who can, and how, if not by a grant of its own. What everybody has but only some can use is reported for those. */
function subject(holder: RoleName, all: readonly RoleName[], through: readonly Difference[]) {
  if (holder !== everyone) {
    return { who: `${roleWords(holder)}${othersWords(through)}`, source: '' };
  }
  return all.includes(everyone)
    ? { who: roleWords(everyone), source: '' }
    : { who: named(all), source: ', through PUBLIC' };
}

/** Who is left, if that is nobody but the owner. */
function keptBy(holder: RoleName, access: Access, { here }: Way): string {
  const owner = here.owners.get(`${access.kind}\t${access.object}`);
  const left = here.holdersOf(access).filter((role) => role !== owner && role !== holder && !here.superusers.has(role));
  return tableKinds.has(access.kind) && left.length === 0 ? ', and now nobody but its owner can' : '';
}

function aboutOf(holder: RoleName, privileges: readonly string[], kind: string, remark: string): About {
  if (remark.includes(' as ')) {
    return 'disguise';
  }
  if (holder === everyone) {
    return 'everybody';
  }
  return kind === 'schema' || kind === 'type' || kind === 'function'
    ? 'further'
    : privileges.some((one) => writes.has(one))
      ? 'write'
      : privileges.includes('SELECT')
        ? 'read'
        : 'further';
}

/** ` (and so `a`, by SET ROLE `b`)`. */
export function othersWords(through: readonly Difference[]): string {
  const names = (assumed: string) => [
    ...new Set(through.filter(({ path }) => path.assumed === assumed).map(({ access }) => access.identity)),
  ];
  const inherits = names('inherited');
  const sets = names('set-role').filter((name) => !inherits.includes(name));
  const parts = [
    ...(inherits.length > 0 ? [named(inherits)] : []),
    ...(sets.length > 0 ? [`by SET ROLE ${named(sets)}`] : []),
  ];
  return parts.length === 0 ? '' : ` (and so ${parts.join(', ')})`;
}

function joins(differences: readonly Difference[], { direction, compared }: Way): Change[] {
  return grouped(differences, ({ cause }) => JSON.stringify(cause)).map(({ items }) => {
    const cause = items[0]!.cause as { member: RoleName; group: RoleName };
    const { member, group } = cause;
    const through = items.filter(({ access }) => access.identity !== member);
    const what = summary(
      items.map(({ access }) => access),
      compared.extensions,
    );
    const verb = direction === 'widens' ? 'is now a member of' : 'is no longer a member of';
    const can = direction === 'widens' ? 'and so can' : 'and so can no longer';
    return {
      class: direction,
      about: 'disguise',
      lead: `${roleWords(member)} ${verb} ${code(group)}${othersWords(through)}, ${can} ${what}`,
      tail: '',
      clues: membershipClues(direction === 'widens' ? 'grant' : 'revoke', member, group),
    } satisfies Change;
  });
}

export function membershipClues(verb: 'grant' | 'revoke', member: RoleName, group: RoleName) {
  return [
    { verbs: [verb], names: [group], to: member },
    { verbs: ['create role', 'create user', 'alter group', 'create group'], names: [group, member] },
  ];
}

/** `SELECT `a`, INSERT, SELECT `b` and 3 others`. */
function summary(accesses: readonly Access[], extensions: ReadonlyMap<string, string>): string {
  const unique = new Map(accesses.map((one) => [`${one.kind}\t${one.object}\t${one.privilege}`, one]));
  const words = grouped([...unique.values()], ({ kind, object }) => `${kind}\t${object}`).map(({ items }) => {
    const { kind, object } = items[0]!;
    const privileges = inGrantOrder(items.map(({ privilege }) => privilege));
    return kind === 'role'
      ? { what: `be ${privileges.join(', ')} by SET ROLE ${code(object)}`, things: [''] }
      : { what: doing(kind, privileges), things: [thingWords(thing(kind, object, extensions))] };
  });
  const alike = grouped(words, ({ what }) => what).map(({ key, items }) => {
    const things = items.flatMap((one) => one.things);
    const shown = things.length > 3 ? [...things.slice(0, 2), `${things.length - 2} others`] : things;
    return `${key} ${listed(shown)}`.trimEnd();
  });
  return alike.length > 3
    ? `${alike.slice(0, 2).join('; ')}; and ${alike.length - 2} more of the kind`
    : alike.join('; ');
}
