import type { Fact, Promised } from '../catalog/fact.ts';
import { everyone } from '../catalog/role-name.ts';
import { plainName, type RoleName } from '../common/sql.ts';
import { grouped } from '../common/text.ts';
import { byCodeUnit } from '../common/order.ts';
import type { Change, Side } from './change.ts';
import { code, roleWords } from './words.ts';

interface Promise {
  creator: RoleName;
  schema: string | null;
  section: Promised['section'];
  to: RoleName;
  privilege: string;
}

/** The server's default privileges for everybody. */
const builtIn: readonly (readonly [Promised['section'], string])[] = [
  ['functions', 'EXECUTE'],
  ['types', 'USAGE'],
];

/** What future objects will grant, according to default privileges. */
export function promiseChanges(base: Side, head: Side): Change[] {
  const creators = new Set([...base.facts, ...head.facts].flatMap(({ promise }) => promise?.creator ?? []));
  const [were, are] = [promisesIn(base.facts, creators), promisesIn(head.facts, creators)];
  const only = (these: Map<string, Promise>, those: Map<string, Promise>) =>
    [...these].filter(([key]) => !those.has(key)).map(([, promise]) => promise);
  return [...lines(only(are, were), 'widens'), ...lines(only(were, are), 'narrows')];
}

function promisesIn(facts: readonly Fact[], creators: ReadonlySet<RoleName>): Map<string, Promise> {
  const replaced = new Set(
    facts
      .filter(({ property }) => property === 'replaces-default')
      .map(({ promise }) => `${promise!.creator}\t${promise!.section}`),
  );
  const roles = new Set(
    facts
      .filter(({ kind, property }) => kind === 'role' && property === 'exists')
      .map(({ object }) => object as string),
  );
  const said = facts.flatMap(({ kind, promise, role, property }): Promise[] =>
    kind === 'default-privileges' && property !== 'replaces-default' && role !== promise!.creator
      ? [
          {
            creator: promise!.creator,
            schema: promise!.schema,
            section: promise!.section,
            to: role,
            privilege: property,
          },
        ]
      : [],
  );
  const given = [...creators]
    .filter((creator) => roles.has(creator))
    .flatMap((creator) =>
      builtIn
        .filter(([section]) => !replaced.has(`${creator}\t${section}`))
        .map(([section, privilege]): Promise => ({ creator, schema: null, section, to: everyone, privilege })),
    );
  return new Map([...said, ...given].map((one) => [JSON.stringify(one), one]));
}

function lines(promises: readonly Promise[], to: 'widens' | 'narrows'): Change[] {
  return grouped(promises, (one) => JSON.stringify({ ...one, privilege: '' })).map(({ items }) => {
    const { creator, schema, section, to: role } = items[0]!;
    const privileges = items.map(({ privilege }) => privilege).toSorted(byCodeUnit);
    const where = schema === null ? '' : ` in schema ${code(schema)}`;
    return {
      class: to,
      about: 'future',
      lead: `${roleWords(role)} will ${to === 'widens' ? 'have' : 'no longer have'} ${privileges.join(', ')} on ${section} that ${code(creator)} makes${where}`,
      tail: '',
      clues: [
        {
          verbs: ['alter default privileges'],
          names: [section, ...(schema === null ? [] : [plainName(schema)])],
          to: role === everyone ? 'public' : role,
        },
        { verbs: ['alter default privileges'], names: [section] },
      ],
    };
  });
}
