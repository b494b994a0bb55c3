import type { Fact } from '../catalog/fact.ts';
import type { SqlName } from '../common/sql.ts';
import type { Change, ChangeClass } from './change.ts';
import { code, lastName, named } from './words.ts';

/** A policy as facts describe it. */
export interface Policy {
  name: string;
  table: SqlName;
  permissive: boolean;
  command: string;
  roles: readonly string[];
  using: string | undefined;
  check: string | undefined;
}

/** Whether row security applies to a table, and to its owner too. */
export type RowSecurity = { enabled: boolean; forced: boolean; owner: string };

/** Row security of each table. */
export function rowSecurityIn(facts: readonly Fact[]): Map<SqlName, RowSecurity> {
  const owners = new Map(
    facts
      .filter((fact) => fact.kind === 'table' && fact.property === 'owner')
      .map(({ object, role }) => [object, role]),
  );
  return new Map(
    facts
      .filter(({ kind, property }) => kind === 'table' && property === 'row-security')
      .map(({ object, detail }) => [
        object,
        { enabled: detail['enabled'] === true, forced: detail['forced'] === true, owner: owners.get(object) ?? '' },
      ]),
  );
}

/** The policies of a table. */
export function policiesOf(facts: readonly Fact[], table: SqlName): Policy[] {
  return facts
    .filter(({ kind, object }) => kind === 'policy' && object === table)
    .map(({ detail, policy }) => ({
      name: String(policy),
      table,
      permissive: detail['permissive'] === true,
      command: String(detail['command']),
      roles: Array.isArray(detail['roles']) ? (detail['roles'] as string[]) : [],
      using: detail['using'] as string | undefined,
      check: detail['check'] as string | undefined,
    }));
}

/** Row security that was switched on or off, or that now does or no longer does bind the owner. */
export function switched(
  table: SqlName,
  was: RowSecurity,
  is: RowSecurity,
  old: readonly Policy[],
  young: readonly Policy[],
): Change[] {
  const say = (to: ChangeClass, words: string, ...clue: string[]): Change => ({
    class: to,
    about: 'rows',
    lead: words,
    tail: '',
    clues: [
      { verbs: ['alter table'], names: [lastName(table), ...clue] },
      { verbs: ['alter table'], names: clue },
    ],
  });
  const on = code(table);
  if (was.enabled && !is.enabled) {
    const names = old.map(({ name }) => name);
    const policies = names.length === 0 ? '' : ` (${named(names)})`;
    return [
      say(
        'widens',
        `Every row of ${on} is open to whoever has a grant: row-level security is off, its policies${policies} hold nobody`,
        'disable',
        'row',
      ),
    ];
  }
  if (!was.enabled && is.enabled) {
    const names = young.map(({ name }) => name);
    const policies = names.length === 0 ? 'no policy lets anybody see a row' : `its rows are those of ${named(names)}`;
    return [say('narrows', `Row-level security is now on for ${on}: ${policies}`, 'enable', 'row')];
  }
  if (is.enabled && was.forced !== is.forced) {
    return [
      is.forced
        ? say('narrows', `${code(is.owner)}, the owner of ${on}, is now held by its policies (FORCE)`, 'force', 'row')
        : say(
            'widens',
            `${code(is.owner)}, the owner of ${on}, can now pass by its policies (NO FORCE)`,
            'no',
            'force',
          ),
    ];
  }
  return [];
}
