import type { Fact, FactKind } from '../fact.ts';
import { isForSuperusers, tableKinds } from './object-privileges.ts';

/** A privilege that no ACL shows, because the server gives it to members of a predefined role. */
export interface PredefinedPrivilege {
  role: string;
  kind: FactKind;
  object: string;
  privilege: string;
}

interface Rule {
  tables: string[];
  sequences: string[];
  schemas: string[];
}

// As in the server's aclchk.c, where one check serves every relation, so sequences are among them.
const rules: Record<string, Rule> = {
  pg_read_all_data: { tables: ['SELECT'], sequences: ['SELECT'], schemas: ['USAGE'] },
  pg_write_all_data: { tables: ['INSERT', 'UPDATE', 'DELETE'], sequences: ['UPDATE'], schemas: ['USAGE'] },
  pg_maintain: { tables: ['MAINTAIN'], sequences: [], schemas: [] },
};

/** What the predefined roles may do, for those that exist and that have members or are in `asked`. */
export function predefinedPrivileges(facts: readonly Fact[], asked: readonly string[]): PredefinedPrivilege[] {
  const roles = new Set(
    [
      ...facts.filter(({ kind }) => kind === 'membership').map(({ object }) => object),
      ...facts.filter(({ kind, object }) => kind === 'role' && asked.includes(object)).map(({ object }) => object),
    ].filter((role) => Object.hasOwn(rules, role)),
  );
  if (roles.size === 0) {
    return [];
  }
  const objects = facts.filter(({ property }) => property === 'owner');
  return [...roles].flatMap((role) =>
    objects.flatMap(({ kind, object }) =>
      privilegesOn(kind, rules[role]!)
        .filter((privilege) => !isForSuperusers(kind, object, privilege))
        .map((privilege) => ({ role, kind, object, privilege })),
    ),
  );
}

function privilegesOn(kind: FactKind, rule: Rule): string[] {
  if (tableKinds.has(kind)) {
    return rule.tables;
  }
  return kind === 'sequence' ? rule.sequences : kind === 'schema' ? rule.schemas : [];
}
