import { everyone } from '../catalog/role-name.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { sections } from '../contract/declared.ts';
import type { ContractPath } from '../contract/source.ts';
import { proofLevels } from '../common/proof-level.ts';
import { grouped } from '../common/text.ts';
import type { Change } from './change.ts';
import { code } from './words.ts';

/** The line of the contract, at head or at base, that declares something. */
export type ContractLine = (path: ContractPath) => { file: string; line: number };

interface Grant {
  role: string;
  object: string;
  privilege: string;
  path: ContractPath;
}

/** Where a contract allows more than it did, or requires less. `isTold` says which grants the privilege state already shows. */
export function contractChanges(
  base: ParsedContract,
  head: ParsedContract,
  {
    of,
    before,
    isTold,
  }: { of: ContractLine; before: ContractLine; isTold: (grant: Pick<Grant, 'role' | 'object'>) => boolean },
): Change[] {
  const [were, are] = [grantsIn(base), grantsIn(head)];
  const only = (these: Map<string, Grant>, those: Map<string, Grant>) =>
    [...these].filter(([key]) => !those.has(key)).map(([, grant]) => grant);
  const say = (to: 'widens' | 'narrows', lead: string, path: ContractPath): Change => {
    const place = (to === 'widens' ? of : before)(path);
    return {
      class: to,
      about: 'contract',
      lead,
      tail: '',
      clues: [],
      place: { ...place, statement: '', ...(to === 'widens' ? {} : { gone: true as const }) },
    };
  };
  const grants = (those: readonly Grant[], to: 'widens' | 'narrows') =>
    grouped(
      those.filter((one) => !isTold(one)),
      ({ role, object }) => `${role}\t${object}`,
    ).map(({ items }) => {
      const { role, object, path } = items[0]!;
      const privileges = items.map(({ privilege }) => privilege).join(', ');
      const verb = to === 'widens' ? 'now allows' : 'no longer allows';
      const what = object === 'database' ? 'the database' : code(object);
      return say(
        to,
        `The contract ${verb} ${role === everyone ? 'PUBLIC' : code(role)} ${privileges} on ${what}`,
        path,
      );
    });
  const known = new Set(base.accepted.map((one) => JSON.stringify(one)));
  const accepted = head.accepted.flatMap((one, index) =>
    known.has(JSON.stringify(one))
      ? []
      : [
          say(
            'widens',
            `The contract now accepts ${code([one.code, one.object, one.identity ?? '', one.access ?? ''].filter((word) => word !== '').join(' '))} until ${one.until}`,
            ['accepted', index],
          ),
        ],
  );
  const identities = Object.keys(head.identities).filter((name) => {
    const [was, is] = [base.identities[name]?.kind, head.identities[name]!.kind];
    return was !== is && (is === 'migrator' || is === 'platform') && was !== 'migrator' && was !== 'platform';
  });
  const unjudged = identities.map((name) =>
    say('widens', `The contract no longer judges ${code(name)}: it is a ${head.identities[name]!.kind} now`, [
      'identities',
      name,
    ]),
  );
  const level = (contract: ParsedContract) => proofLevels.indexOf(contract.proof ?? 'full');
  const lower =
    level(head) < level(base)
      ? [
          say(
            'widens',
            `The contract asks for less proof: ${code(head.proof ?? 'full')}, it was ${code(base.proof ?? 'full')}`,
            ['proof'],
          ),
        ]
      : [];
  const open = Object.entries(head.tables).flatMap(([object, { row_security: is }]) => {
    const was = base.tables[object]?.row_security;
    return was !== undefined && was !== is && is === 'off'
      ? [say('widens', `The contract no longer asks for row-level security of ${code(object)}`, ['tables', object])]
      : [];
  });
  return [
    ...grants(only(are, were), 'widens'),
    ...grants(only(were, are), 'narrows'),
    ...accepted,
    ...unjudged,
    ...lower,
    ...open,
  ];
}

function grantsIn(contract: ParsedContract): Map<string, Grant> {
  const found = new Map<string, Grant>();
  const add = (object: string, path: ContractPath, grants: Record<string, readonly string[]>) => {
    for (const [role, privileges] of Object.entries(grants)) {
      for (const privilege of privileges) {
        found.set([role, object, privilege].join('\t'), { role, object, privilege, path: [...path, 'grants', role] });
      }
    }
  };
  add('database', ['database'], contract.database.grants);
  for (const section of Object.values(sections)) {
    for (const [object, { grants }] of Object.entries(contract[section])) {
      add(object, [section, object], grants);
    }
  }
  return found;
}
