import type { RawName, RoleName, SqlName } from '../common/sql.ts';

/** How facts call everybody. */
export const everyone = 'PUBLIC';

/**
 * How facts call a role: by its name as it is, unless somebody named it PUBLIC. Such a name stands in quotation marks, and
 * one that already does in one more pair, so that no two roles are called the same.
 */
export function roleName(raw: RawName): RoleName {
  return /^"*PUBLIC"*$/.test(raw) ? quoted(raw) : (raw as string);
}

/** A role of a fact as GRANT takes it; `PUBLIC` is everybody. */
export function roleSql(name: RoleName): SqlName {
  return name === everyone || /^"+PUBLIC"+$/.test(name) ? (name as string) : quoted(name);
}

function quoted(raw: string): string {
  return `"${raw.replaceAll('"', '""')}"`;
}
