import { sql, type SqlText } from '../../common/sql.ts';
import { declaredOwners, sections } from '../../contract/declared.ts';
import { headIndex, type HeadObject } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';
import { onDatabase, roleSql } from '../sql-text.ts';

/** Changed owners: an owner has every privilege and can give it away. */
export const ownership: Operator[] = (['table', 'function', 'schema', 'sequence', 'type', 'database'] as const).map(
  (kind) => ({
    name: `${kind}-owner`,
    about: `Makes somebody else the owner of a ${kind}, who may then do anything with it and hand it on.`,
    changes: (state) => owned(state, kind),
  }),
);

const keyword: Record<HeadObject['kind'], SqlText> = {
  table: 'table',
  function: 'routine',
  schema: 'schema',
  sequence: 'sequence',
  type: 'type',
  database: 'database',
};

function owned(state: MutationState, kind: HeadObject['kind']): Change[] {
  const head = headIndex(state);
  const follow = new Set(state.definitions.columnSequences);
  return head.objects
    .filter((object) => object.kind === kind && !(kind === 'sequence' && follow.has(object.object)))
    .flatMap(({ object, owner }) => {
      // A role that may own the object breaks nothing by owning it.
      const named = kind === 'database' ? undefined : state.contract[sections[kind]][object]?.owner;
      const may = [owner, ...declaredOwners(state.contract, named)];
      return [...head.identities, ...head.migrators]
        .filter((role) => !may.includes(role))
        .map((role) => ({
          object,
          identity: role,
          description: `${role} owns ${object}.`,
          sql:
            kind === 'database'
              ? sql`${onDatabase('alter database', sql`owner to ${roleSql(role)}`)};`
              : sql`alter ${keyword[kind]} ${object} owner to ${roleSql(role)};`,
        }));
    });
}
